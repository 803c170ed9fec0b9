//! From the text of a file to what is kept of it.

use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{
    FnArg, ImplItem, ImplItemFn, ItemFn, ItemImpl, ItemMacro, ItemMod, Meta, ReceiverKind, Signature, UseTree,
};

use super::body::Body;
use super::condition::{Condition, conditions, expand};
use super::syntax::{Attribute, File, Function, Impl, Item, Module, Path, Type, Use};

/// Deeper brackets than any program has; the parser recurses once per level.
const MAX_DEPTH: usize = 1_000;

/// Attributes of the language, of its tools and of common derives, which are never ours.
const BUILT_IN: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "inline",
    "link_section",
    "must_use",
    "no_mangle",
    "non_exhaustive",
    "path",
    "repr",
    "serde",
    "should_panic",
    "test",
    "track_caller",
    "unsafe",
    "used",
    "warn",
];

pub(super) fn file(text: &str) -> Result<File, (u32, String)> {
    if let Some(line) = too_deep(text) {
        return Err((line, format!("brackets are nested more than {MAX_DEPTH} deep")));
    }
    let parsed = syn::parse_file(text).map_err(|error| (line(error.span()), error.to_string()))?;
    Ok(File { conditions: conditions(&expand(&parsed.attrs)), items: items(&parsed.items) })
}

/// The line where brackets get too deep. Counting finds every such file; those of texts and comments are told apart
/// by the tokens, which are read without recursion.
fn too_deep(text: &str) -> Option<u32> {
    let line = counted(text)?;
    let mut open = vec![text.parse::<TokenStream>().ok()?.into_iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            Some(TokenTree::Group(group)) if open.len() < MAX_DEPTH => open.push(group.stream().into_iter()),
            Some(TokenTree::Group(_)) => return Some(line),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    None
}

fn counted(text: &str) -> Option<u32> {
    let (mut depth, mut line) = (0_usize, 1);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => line += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(line);
        }
    }
    None
}

pub(super) fn line(span: proc_macro2::Span) -> u32 {
    u32::try_from(span.start().line).unwrap_or(u32::MAX)
}

pub(super) fn items(parsed: &[syn::Item]) -> Vec<Arc<Item>> {
    let mut found = Vec::new();
    for parsed in parsed {
        item(parsed, &mut found);
    }
    shared(found)
}

fn shared(items: Vec<Item>) -> Vec<Arc<Item>> {
    items.into_iter().map(Arc::new).collect()
}

pub(super) fn item(parsed: &syn::Item, found: &mut Vec<Item>) {
    match parsed {
        syn::Item::Mod(parsed) => found.push(Item::Module(module(parsed))),
        syn::Item::Use(parsed) => {
            let conditions = conditions(&expand(&parsed.attrs));
            let start = Path { absolute: parsed.leading_colon.is_some(), segments: Vec::new() };
            use_tree(&parsed.tree, &start, &conditions, found);
        }
        syn::Item::ExternCrate(parsed) => {
            let name = parsed.ident.to_string();
            let path = if name == "self" {
                Path { absolute: false, segments: vec!["crate".to_owned()] }
            } else {
                Path { absolute: true, segments: vec![name.clone()] }
            };
            let name = parsed.rename.as_ref().map_or(name, |(_, rename)| plain(rename));
            found.push(Item::Use(Use {
                path,
                name: Some(name),
                conditions: conditions(&expand(&parsed.attrs)),
            }));
        }
        syn::Item::Fn(parsed) => found.push(Item::Function(free(parsed))),
        syn::Item::Impl(parsed) => found.push(Item::Impl(implementation(parsed))),
        syn::Item::Struct(parsed) => found.push(named(&parsed.ident, None)),
        syn::Item::Enum(parsed) => found.push(named(&parsed.ident, None)),
        syn::Item::Union(parsed) => found.push(named(&parsed.ident, None)),
        syn::Item::Type(parsed) => found.push(named(&parsed.ident, type_path(&parsed.ty))),
        syn::Item::Macro(parsed) => item_macro(parsed, found),
        _ => {}
    }
}

/// Names as they are looked up: without `r#`.
pub(super) fn plain(ident: &proc_macro2::Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

pub(super) fn path(parsed: &syn::Path) -> Path {
    Path {
        absolute: parsed.leading_colon.is_some(),
        segments: parsed.segments.iter().map(|segment| plain(&segment.ident)).collect(),
    }
}

fn named(ident: &proc_macro2::Ident, alias: Option<Path>) -> Item {
    Item::Type(Type { name: plain(ident), alias })
}

pub(super) fn type_path(parsed: &syn::Type) -> Option<Path> {
    match parsed {
        syn::Type::Path(parsed) if parsed.qself.is_none() => Some(path(&parsed.path)),
        syn::Type::Group(group) => type_path(&group.elem),
        syn::Type::Paren(group) => type_path(&group.elem),
        syn::Type::Reference(reference) => type_path(&reference.elem),
        _ => None,
    }
}

fn module(parsed: &ItemMod) -> Module {
    let expanded = expand(&parsed.attrs);
    let paths = expanded.iter().filter(|(meta, _)| meta.path().is_ident("path"));
    Module {
        name: plain(&parsed.ident),
        conditions: conditions(&expanded),
        paths: paths.filter_map(|(meta, when)| Some((text_value(meta)?, when.clone()))).collect(),
        inline: parsed.content.as_ref().map(|(_, content)| items(content)),
    }
}

fn text_value(meta: &Meta) -> Option<String> {
    let Meta::NameValue(pair) = meta else {
        return None;
    };
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn use_tree(tree: &UseTree, before: &Path, conditions: &[Condition], found: &mut Vec<Item>) {
    let with = |name: &proc_macro2::Ident| {
        let mut path = before.clone();
        let name = plain(name);
        if name != "self" || path.segments.is_empty() {
            path.segments.push(name);
        }
        path
    };
    let mut leaf = |path: Path, name: Option<String>| {
        found.push(Item::Use(Use { path, name, conditions: conditions.to_vec() }));
    };
    match tree {
        UseTree::Path(part) => use_tree(&part.tree, &with(&part.ident), conditions, found),
        UseTree::Name(part) => {
            let path = with(&part.ident);
            let name = path.last().to_owned();
            leaf(path, Some(name));
        }
        UseTree::Rename(part) => leaf(with(&part.ident), Some(plain(&part.rename))),
        UseTree::Glob(_) => leaf(before.clone(), None),
        UseTree::Group(group) => {
            for tree in &group.items {
                use_tree(tree, before, conditions, found);
            }
        }
    }
}

fn free(parsed: &ItemFn) -> Function {
    function(&parsed.attrs, &parsed.sig, Some(&parsed.block))
}

fn function(attributes: &[syn::Attribute], signature: &Signature, block: Option<&syn::Block>) -> Function {
    let expanded = expand(attributes);
    let mut body = Body::default();
    for input in &signature.inputs {
        body.parameter(input);
    }
    if let Some(block) = block {
        body.visit_block(block);
    }
    Function {
        name: plain(&signature.ident),
        line: line(signature.ident.span()),
        by_ref_self: signature.inputs.first().is_some_and(by_ref_self),
        conditions: conditions(&expanded),
        attributes: attributes_of(&expanded),
        calls: body.calls,
        items: shared(body.items),
    }
}

fn by_ref_self(input: &FnArg) -> bool {
    let FnArg::Receiver(receiver) = input else {
        return false;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutable) => mutable.is_none(),
        ReceiverKind::Typed(_, kind) => {
            matches!(&**kind, syn::Type::Reference(reference) if reference.mutability.is_none())
        }
        _ => false,
    }
}

fn implementation(parsed: &ItemImpl) -> Impl {
    let expanded = expand(&parsed.attrs);
    let methods = parsed.items.iter().filter_map(|item| match item {
        ImplItem::Fn(ImplItemFn { attrs, sig, block, .. }) => Some(function(attrs, sig, Some(block))),
        _ => None,
    });
    Impl {
        target: type_path(&parsed.self_ty).unwrap_or_default(),
        of_trait: parsed.trait_.is_some(),
        conditions: conditions(&expanded),
        attributes: attributes_of(&expanded),
        methods: methods.collect(),
    }
}

fn attributes_of(expanded: &[(Meta, Vec<Condition>)]) -> Vec<Attribute> {
    let ours = expanded.iter().filter(|(meta, _)| !BUILT_IN.iter().any(|name| meta.path().is_ident(name)));
    ours.map(|(meta, when)| Attribute {
        path: path(meta.path()),
        name: match meta {
            Meta::List(list) => name_key(&list.tokens),
            _ => None,
        },
        conditions: when.clone(),
    })
    .collect()
}

/// `name = ".."` among the keys of an attribute.
fn name_key(tokens: &TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.windows(3).find_map(|window| match window {
        [TokenTree::Ident(key), TokenTree::Punct(equals), TokenTree::Literal(value)]
            if key == "name" && equals.as_char() == '=' =>
        {
            syn::parse_str::<syn::LitStr>(&value.to_string()).ok().map(|text| text.value())
        }
        _ => None,
    })
}

fn item_macro(parsed: &ItemMacro, found: &mut Vec<Item>) {
    let name = parsed.mac.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
    match name.as_str() {
        "macro_rules" => {}
        "include" => {
            if let Ok(text) = parsed.mac.parse_body::<syn::LitStr>() {
                found.push(Item::Include(text.value()));
            }
        }
        _ => macro_modules(&parsed.mac.tokens, found),
    }
}

fn macro_modules(tokens: &TokenStream, found: &mut Vec<Item>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for window in tokens.windows(3) {
        if let [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Punct(end)] = window
            && keyword == "mod"
            && end.as_char() == ';'
        {
            found.push(Item::MacroModule(plain(name)));
        }
    }
    for token in &tokens {
        if let TokenTree::Group(group) = token {
            macro_modules(&group.stream(), found);
        }
    }
}
