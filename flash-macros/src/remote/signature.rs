//! What can travel: the checks of a signature, and the model the expansion works from.

use quote::{ToTokens, format_ident};
use syn::visit::Visit;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Ident, Pat, PatType, PathArguments, ReturnType,
    Signature, Type, TypeReference,
};

use super::keys::Keys;
use super::travel::{Travel, reject_borrowed_result};
use crate::errors::Errors;

/// More arguments than this are a struct in disguise.
const MAX_ARGUMENTS: usize = 12;

/// A signature that can travel.
pub(super) struct Model {
    pub(super) arguments: Vec<Argument>,
    pub(super) output: Output,
}

pub(super) struct Argument {
    /// The parameter in the emitted signature.
    pub(super) ident: Ident,
    /// The name on the wire.
    pub(super) wire: String,
    /// The user's pattern, when it isn't a plain name.
    pub(super) pattern: Option<Pat>,
    /// Its attributes, which are lints.
    pub(super) attrs: Vec<Attribute>,
    /// The type as written.
    pub(super) ty: Type,
    pub(super) lend: Lend,
}

/// How the callee hands an argument to the body.
pub(super) enum Lend {
    /// By value.
    Owned,
    /// `&str` or `&Path`.
    Text(Type),
    /// `&[T]`.
    Slice(Type),
    /// `&T`.
    Reference(Type),
}

pub(super) enum Output {
    /// `Result<T, E>` as written.
    Result(Box<Type>, Box<Type>),
    /// Something that should turn out to be a `Result`.
    Alias(Box<Type>),
    /// A plain value, with `on_failure = "panic"`.
    Plain(Option<Box<Type>>),
}

impl Model {
    pub(super) fn of(sig: &Signature, keys: &Keys, is_method: bool, errors: &mut Errors) -> Self {
        check_qualifiers(sig, is_method, errors);
        check_generics(sig, errors);
        let mut arguments = Vec::new();
        for (index, input) in sig.inputs.iter().enumerate() {
            match input {
                FnArg::Receiver(receiver) if is_method => check_receiver(receiver, errors),
                FnArg::Receiver(receiver) => errors.at(
                    receiver,
                    "a method can't be remote on its own; put `#[flash::remote]` on the `impl` block",
                ),
                FnArg::Typed(typed) => {
                    for attr in &typed.attrs {
                        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
                            errors.at(attr, "`cfg` on an argument would give two builds different wire formats; put `cfg` on the whole function");
                        }
                    }
                    let index = if is_method { index - 1 } else { index };
                    arguments.push(Argument::of(typed, sig, index, is_method, errors));
                }
            }
        }
        let mut typed = sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_)));
        if let Some(extra) = typed.nth(MAX_ARGUMENTS) {
            errors.at(
                extra,
                format_args!(
                    "a remote function takes at most {MAX_ARGUMENTS} arguments; group them in a struct"
                ),
            );
        }
        Self { arguments, output: Output::of(sig, keys, is_method, errors) }
    }

    pub(super) fn wire_names(&self) -> Vec<String> {
        self.arguments.iter().map(|argument| argument.wire.clone()).collect()
    }
}

fn check_qualifiers(sig: &Signature, is_method: bool, errors: &mut Errors) {
    if let Some(token) = sig.constness.as_ref().filter(|_| !is_method) {
        errors.at(token, "a remote function can't be `const`: it runs on another endpoint; remove `const`");
    }
    if sig.safety.to_token_stream().to_string() == "unsafe" {
        errors.at(&sig.safety, "a remote function can't be `unsafe`: its caller can't uphold a contract across endpoints; remove `unsafe`");
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, "a remote function has the Rust ABI; remove `extern`");
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, "a remote function can't be variadic; take a `Vec`");
    }
    if sig.ident == "main" {
        errors.at(&sig.ident, "`main` can't be remote; annotate it with `#[flash::main]`");
    }
}

fn check_generics(sig: &Signature, errors: &mut Errors) {
    for parameter in &sig.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            errors.at(
                parameter,
                "a remote function can't be generic: every instantiation would need a name of its own; write one function per type, or take an enum",
            );
        }
    }
    if let Some(clause) = &sig.generics.where_clause {
        errors.at(clause, "a remote function can't have a `where` clause: it isn't generic; remove it");
    }
}

fn check_receiver(receiver: &syn::Receiver, errors: &mut Errors) {
    let text = receiver.to_token_stream().to_string().replace(' ', "");
    if text == "&self" {
        return;
    }
    let message = if text.contains("mut") {
        "a remote method takes `&self`: all calls of a worker share one instance; use a `Mutex` or atomics inside"
    } else {
        "a remote method takes `&self`: all calls of a worker share one instance"
    };
    errors.at(receiver, message);
}

impl Argument {
    fn of(typed: &PatType, sig: &Signature, index: usize, is_method: bool, errors: &mut Errors) -> Self {
        let PatType { pat, ty, attrs, .. } = typed;
        let stand_in = || format_ident!("__flash_arg{index}");
        let (ident, wire, pattern) = match &**pat {
            Pat::Ident(name) => {
                let plain = name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none();
                let wire = syn::ext::IdentExt::unraw(&name.ident).to_string();
                // An argument called like the function would hide it from the glue.
                let hides = name.ident == sig.ident && !is_method;
                let ident = if hides { stand_in() } else { name.ident.clone() };
                (ident, wire, (hides || !plain).then(|| (**pat).clone()))
            }
            _ => (stand_in(), format!("arg{index}"), Some((**pat).clone())),
        };
        let (lend, inner) = match &**ty {
            Type::Reference(reference) => (borrowed(reference, errors), &*reference.elem),
            other => (Lend::Owned, other),
        };
        Travel { errors, is_method, place: "argument" }.visit_type(inner);
        Self { ident, wire, pattern, attrs: attrs.clone(), ty: (**ty).clone(), lend }
    }
}

fn borrowed(reference: &TypeReference, errors: &mut Errors) -> Lend {
    if let Some(token) = &reference.mutability {
        let span = reference.and_token.span.join(token.span).unwrap_or(token.span);
        errors.at_span(
            span,
            "a remote function can't take `&mut`: changes made on another endpoint would be lost; take the value and return it",
        );
    }
    match &*reference.elem {
        Type::Slice(slice) => Lend::Slice((*slice.elem).clone()),
        Type::Path(path) if path.qself.is_none() => {
            match path.path.segments.last().map(|segment| segment.ident.to_string()).as_deref() {
                Some("str" | "Path") => Lend::Text((*reference.elem).clone()),
                _ => Lend::Reference((*reference.elem).clone()),
            }
        }
        other => Lend::Reference(other.clone()),
    }
}

impl Output {
    fn of(sig: &Signature, keys: &Keys, is_method: bool, errors: &mut Errors) -> Self {
        let ReturnType::Type(_, ty) = &sig.output else {
            if keys.panics.is_none() {
                errors.at_span(
                    sig.paren_token.span.close(),
                    "a remote function returns a `Result`, because a call to another endpoint can fail; add `-> flash::Result<()>`",
                );
            }
            return Self::Plain(None);
        };
        Travel { errors, is_method, place: "result" }.visit_type(ty);
        reject_borrowed_result(ty, errors);
        if let (Some((ok, err)), None) = (result_parts(ty), keys.panics) {
            return Self::Result(Box::new(ok), Box::new(err));
        }
        if let Some(span) = keys.panics {
            if is_result(ty) {
                errors.at_span(
                    span,
                    "`on_failure = \"panic\"` is for functions without a `Result`; this one can report the failure, remove the key",
                );
            }
            return Self::Plain(Some(ty.clone()));
        }
        if matches!(**ty, Type::Tuple(_) | Type::Array(_) | Type::Slice(_) | Type::Never(_))
            || is_primitive(ty)
        {
            let text = match **ty {
                Type::Never(_) => "()".to_owned(),
                _ => crate::text::source(ty.to_token_stream()),
            };
            errors.at(
                ty,
                format_args!("a remote function returns a `Result`, because a call to another endpoint can fail; write `flash::Result<{text}>`"),
            );
        }
        Self::Alias(ty.clone())
    }
}

pub(super) fn is_primitive(ty: &Type) -> bool {
    const NAMES: [&str; 18] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64",
    ];
    matches!(ty, Type::Path(path) if NAMES.iter().any(|name| path.path.is_ident(name)))
}

/// Whether the type is called `Result`, whatever stands behind the name.
fn is_result(ty: &Type) -> bool {
    matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == "Result"))
}

/// The two types of a `Result<T, E>` that is written as one.
fn result_parts(ty: &Type) -> Option<(Type, Type)> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let mut types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    match (types.next()??, types.next()??, types.next()) {
        (ok, err, None) => Some((ok, err)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::Signature;

    use super::{Keys, Lend, Model, Output};
    use crate::errors::Errors;

    fn model(sig: &str, is_method: bool) -> (Model, Vec<String>) {
        let sig: Signature = syn::parse_str(sig).unwrap();
        let mut errors = Errors::default();
        let model = Model::of(&sig, &Keys::default(), is_method, &mut errors);
        (model, errors.texts())
    }

    #[test]
    fn arguments_by_form() {
        let sig = "async fn f(a: A, b: &str, c: &[C], d: &D, (e, f): (u8, u8), mut g: u8, r#type: u8, f: u8) \
                   -> Result<u8, E>";
        let (model, errors) = model(sig, false);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(model.wire_names(), ["a", "b", "c", "d", "arg4", "g", "type", "f"]);
        let forms: Vec<u8> = model
            .arguments
            .iter()
            .map(|argument| match argument.lend {
                Lend::Owned => 0,
                Lend::Text(_) => 1,
                Lend::Slice(_) => 2,
                Lend::Reference(_) => 3,
            })
            .collect();
        assert_eq!(forms, [0, 1, 2, 3, 0, 0, 0, 0]);
        let bound: Vec<bool> = model.arguments.iter().map(|argument| argument.pattern.is_some()).collect();
        assert_eq!(bound, [false, false, false, false, true, true, false, true]);
        assert!(matches!(model.output, Output::Result(..)));
    }

    #[test]
    fn results_by_form() {
        for alias in ["flash::Result<u8>", "Mine", "Option<u8>", "Result<u8>"] {
            let (model, errors) = model(&format!("fn f() -> {alias}"), false);
            assert!(matches!(model.output, Output::Alias(_)) && errors.is_empty(), "{alias}");
        }
        for plain in ["u8", "()", "[u8; 2]", "(u8, u8)", "String", "!"] {
            assert_eq!(model(&format!("fn f() -> {plain}"), false).1.len(), 1, "{plain}");
        }
        assert_eq!(model("fn f()", false).1.len(), 1);
    }

    #[test]
    fn every_mistake_is_found() {
        let sig = "const unsafe fn f<T, const N: usize>(&self, a: &mut u8, b: Vec<&str>, c: impl Copy, d: fn()) \
                   -> &'a dyn Copy where T: Copy";
        assert_eq!(model(sig, false).1.len(), 11);
        assert!(model("fn f(&self, n: Self) -> Result<Self, E>", true).1.is_empty());
        assert_eq!(model("fn f(&mut self) -> Result<u8, E>", true).1.len(), 1);
        let twelve = "fn f(a: A, b: A, c: A, d: A, e: A, f: A, g: A, h: A, i: A, j: A, k: A, l: A";
        assert!(model(&format!("{twelve}) -> Result<u8, E>"), false).1.is_empty());
        assert_eq!(model(&format!("{twelve}, m: A) -> Result<u8, E>"), false).1.len(), 1);
    }
}
