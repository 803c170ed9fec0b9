//! The records of a program, sorted and with their places.

use super::layout::{Layout, Located};
use crate::record::{Class, Function, Item, Record, ResourceDeclaration, TypeShape};

/// A record's content with the place it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sited<T> {
    /// What the record says.
    pub item: T,
    /// Module path.
    pub module: String,
    /// Package name.
    pub package: String,
    /// Package version.
    pub version: String,
    /// Source place.
    pub located: Located,
}

/// All records of a program by kind, in a stable order, each once.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Functions and methods, by wire name.
    pub functions: Vec<Sited<Function>>,
    /// Classes, by wire name.
    pub classes: Vec<Sited<Class>>,
    /// Derived types, by name.
    pub types: Vec<Sited<TypeShape>>,
    /// Resources declared in code, by name.
    pub resources: Vec<Sited<ResourceDeclaration>>,
    /// Whether the program has `#[flash::main]`.
    pub has_main: bool,
}

impl Inventory {
    /// Sorts records; those that say the same twice, as when a file belongs to a library and a binary of one package,
    /// count once.
    #[must_use]
    pub fn of(records: Vec<Record>, layout: &Layout) -> Self {
        let mut inventory = Self::default();
        for Record { origin, item, .. } in records {
            let line = match &item {
                Item::Function(function) => function.line,
                Item::Class(class) => class.line,
                Item::Type(shape) => shape.line,
                Item::Resource(resource) => resource.line,
                Item::Main(main) => main.line,
            };
            let located = layout.locate(&origin, line);
            let sited = Sited {
                item: (),
                module: origin.module,
                package: origin.package,
                version: origin.version,
                located,
            };
            match item {
                Item::Function(function) => inventory.functions.push(sited.with(function)),
                Item::Class(class) => inventory.classes.push(sited.with(class)),
                Item::Type(shape) => inventory.types.push(sited.with(shape)),
                Item::Resource(resource) => inventory.resources.push(sited.with(resource)),
                Item::Main(_) => inventory.has_main = true,
            }
        }
        order(&mut inventory.functions, |function| &function.name);
        order(&mut inventory.classes, |class| &class.name);
        order(&mut inventory.types, |shape| &shape.name);
        order(&mut inventory.resources, |resource| &resource.declared.name);
        inventory
    }

    /// The methods of a class.
    pub fn methods<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Sited<Function>> {
        self.functions.iter().filter(move |function| function.item.class.as_deref() == Some(class))
    }
}

impl Sited<()> {
    fn with<T>(self, item: T) -> Sited<T> {
        let Self { module, package, version, located, .. } = self;
        Sited { item, module, package, version, located }
    }
}

fn order<T: PartialEq>(items: &mut Vec<Sited<T>>, name: impl Fn(&T) -> &String) {
    items.sort_by(|a, b| {
        let key = |sited: &Sited<T>| {
            let place = &sited.located.place;
            (name(&sited.item).clone(), sited.module.clone(), sited.version.clone(), place.clone())
        };
        key(a).cmp(&key(b))
    });
    items.dedup();
}
