//! What a function's body mentions that can be called.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Arm, Attribute, Block, Expr, ExprCall, ExprMethodCall, ExprPath, FnArg, Local, Macro, Pat, PatIdent,
    Token,
};

use super::condition::{Condition, conditions, expand};
use super::parse::{item, line, path, plain, type_path};
use super::syntax::{Call, CallKind, Item, Path};

/// What the attribute adds to a class's name for the type that stands for it.
pub(super) const REMOTE_SUFFIX: &str = "Remote";
/// Macros nest no deeper than this.
const MAX_MACROS: u32 = 64;

/// Collects calls and nested items. Names bound in the body are kept in one set for the whole function, which is
/// exact enough: a binding hides a function of the same name only where it is called or handed on.
#[derive(Default)]
pub(super) struct Body {
    pub(super) calls: Vec<Call>,
    pub(super) items: Vec<Item>,
    /// Names of values.
    bound: HashSet<String>,
    /// Names of values that can be called: parameters and closures.
    callable: HashSet<String>,
    /// Names of values that are `Class::remote()`, with the class.
    remotes: HashMap<String, Path>,
    macros: u32,
    /// The conditions of the statements and blocks around.
    conditions: Vec<Condition>,
}

impl Body {
    pub(super) fn parameter(&mut self, input: &FnArg) {
        let FnArg::Typed(input) = input else { return };
        self.visit_pat(&input.pat);
        if let Pat::Ident(name) = &*input.pat {
            self.callable.insert(plain(&name.ident));
            if let Some(class) = type_path(&input.ty).and_then(remote_type) {
                self.remotes.insert(plain(&name.ident), class);
            }
        }
    }

    fn push(&mut self, path: Path, kind: CallKind, line: u32) {
        self.calls.push(Call { path, kind, line });
    }

    fn visit_macro_tokens(&mut self, tokens: &TokenStream) {
        if self.macros >= MAX_MACROS {
            return;
        }
        self.macros += 1;
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = syn::parse::Parser::parse2(list, tokens.clone()) {
            for expression in &expressions {
                self.visit_expr(expression);
            }
        } else if let Ok(statements) = syn::parse::Parser::parse2(Block::parse_within, tokens.clone()) {
            for statement in &statements {
                self.visit_stmt(statement);
            }
        } else {
            self.scan(tokens);
        }
        self.macros -= 1;
    }

    /// Tokens that are no expressions, as in `select!`: every path before a parenthesis counts.
    fn scan(&mut self, tokens: &TokenStream) {
        let mut current = Path::default();
        let mut joined = false;
        let mut at = 0;
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(name) => {
                    if !joined {
                        current = Path::default();
                    }
                    current.segments.push(plain(&name));
                    at = line(name.span());
                    joined = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => joined = true,
                TokenTree::Group(group) => {
                    let ends = group.delimiter() == Delimiter::Parenthesis && !current.segments.is_empty();
                    if ends && !joined && !self.hides(&current) {
                        let path = std::mem::take(&mut current);
                        self.push(path, CallKind::Path, at);
                    }
                    current = Path::default();
                    joined = false;
                    self.visit_macro_tokens(&group.stream());
                }
                _ => {
                    current = Path::default();
                    joined = false;
                }
            }
        }
    }

    /// What stands under a condition is only there when it holds.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outside = self.conditions.len();
        if !attributes.is_empty() {
            self.conditions.extend(conditions(&expand(attributes)));
        }
        visit(self);
        self.conditions.truncate(outside);
    }

    fn local(&mut self, local: &Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
            if let Pat::Ident(name) = &local.pat {
                let name = plain(&name.ident);
                if matches!(&*init.expr, Expr::Closure(_)) {
                    self.callable.insert(name.clone());
                }
                match self.remote_class(&init.expr) {
                    Some(class) => self.remotes.insert(name, class),
                    None => self.remotes.remove(&name),
                };
            }
        }
        self.visit_pat(&local.pat);
    }

    fn hides(&self, path: &Path) -> bool {
        !path.absolute && path.segments.len() == 1 && self.callable.contains(path.last())
    }

    /// The class, when an expression is `Class::remote()` or a value that holds it.
    fn remote_class(&self, expression: &Expr) -> Option<Path> {
        match expression {
            Expr::Paren(inner) => self.remote_class(&inner.expr),
            Expr::Reference(inner) => self.remote_class(&inner.expr),
            Expr::Call(call) if call.args.is_empty() => {
                let Expr::Path(callee) = &*call.func else {
                    return None;
                };
                let mut path = path(&callee.path);
                (path.segments.len() > 1 && path.segments.pop().as_deref() == Some("remote")).then_some(path)
            }
            Expr::Path(value) => self.remotes.get(&plain(value.path.get_ident()?)).cloned(),
            _ => None,
        }
    }
}

/// The attributes of the expressions that can hold items.
fn attributes(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Async(inner) => &inner.attrs,
        Expr::Block(inner) => &inner.attrs,
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::Unsafe(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        _ => &[],
    }
}

/// `ModelRemote` is the type of `Model::remote()`.
fn remote_type(path: Path) -> Option<Path> {
    path.last().strip_suffix(REMOTE_SUFFIX).is_some_and(|class| !class.is_empty()).then_some(path)
}

impl<'ast> Visit<'ast> for Body {
    fn visit_item(&mut self, parsed: &'ast syn::Item) {
        // A macro may drop its tokens, as `stringify!` and `quote!` do.
        if self.macros > 0 {
            return;
        }
        let first = self.items.len();
        item(parsed, &mut self.items);
        for item in &mut self.items[first..] {
            if let Some(own) = item.conditions() {
                own.extend_from_slice(&self.conditions);
            }
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        self.under(attributes(expression), |body| visit::visit_expr(body, expression));
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        self.under(&arm.attrs, |body| visit::visit_arm(body, arm));
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.under(&local.attrs, |body| body.local(local));
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.bound.insert(plain(&pattern.ident));
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        match &*call.func {
            Expr::Path(callee) if callee.qself.is_none() => {
                let path = path(&callee.path);
                if !self.hides(&path) {
                    let at = callee.path.segments.last().map_or(0, |segment| line(segment.ident.span()));
                    self.push(path, CallKind::Path, at);
                }
            }
            callee => self.visit_expr(callee),
        }
        for argument in &call.args {
            self.visit_expr(argument);
        }
    }

    fn visit_expr_path(&mut self, value: &'ast ExprPath) {
        if value.qself.is_some() {
            return;
        }
        let path = path(&value.path);
        if path.absolute || path.segments.len() > 1 || !self.bound.contains(path.last()) {
            let at = value.path.segments.last().map_or(0, |segment| line(segment.ident.span()));
            self.push(path, CallKind::Path, at);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = plain(&call.method);
        let at = line(call.method.span());
        if let Some(class) = self.remote_class(&call.receiver) {
            self.push(class, CallKind::Remote(method), at);
        } else if matches!(&*call.receiver, Expr::Path(value) if value.path.is_ident("self")) {
            self.push(
                Path { absolute: false, segments: vec!["Self".to_owned()] },
                CallKind::OnSelf(method),
                at,
            );
        } else {
            self.visit_expr(&call.receiver);
        }
        for argument in &call.args {
            self.visit_expr(argument);
        }
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_macro_tokens(&called.tokens);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}
}
