//! What a path means, followed through modules, `use`, re-exports and globs.

use std::collections::{HashMap, HashSet};

use super::graph::{Extern, Graph};
use super::syntax::Path;
use super::tree::{FunctionId, ModuleId, Tree};

/// Looking up one path takes no more steps than this.
const MAX_STEPS: usize = 2_000;

/// Which kind of name is asked for; a module and a function may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Want {
    /// Modules and types.
    Place,
    /// Functions.
    Value,
    /// Attributes.
    Macro,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entity {
    Module(ModuleId),
    Function(FunctionId),
    /// A type of a module.
    Type(ModuleId, String),
    /// The SDK itself.
    Sdk,
    /// Something of the SDK, by its last name.
    SdkItem(String),
    /// Certainly nothing of ours.
    Outside,
}

pub(super) struct Resolver<'a> {
    pub(super) graph: &'a Graph,
    pub(super) tree: &'a mut Tree,
    /// `impl` blocks of a type, as far as they are known.
    by_type: HashMap<(ModuleId, String), Vec<usize>>,
    /// How many `impl` blocks are in `by_type`.
    sorted: usize,
}

struct Search {
    steps: usize,
    open: HashSet<(ModuleId, String, Want)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(graph: &'a Graph, tree: &'a mut Tree) -> Self {
        Self { graph, tree, by_type: HashMap::new(), sorted: 0 }
    }

    /// What `path` means in `scope`; `None` when that can't be told.
    pub(super) fn resolve(&mut self, scope: ModuleId, path: &Path, want: Want) -> Option<Entity> {
        let mut search = Search { steps: 0, open: HashSet::new() };
        self.path(scope, path, want, &mut search)
    }

    /// The method of a type, whatever `impl` block it is in.
    pub(super) fn method(&mut self, module: ModuleId, name: &str, method: &str) -> Option<FunctionId> {
        self.sort_implementations();
        let blocks = self.by_type.get(&(module, name.to_owned()))?;
        let methods = blocks.iter().flat_map(|block| &self.tree.implementations[*block].methods);
        let named = methods
            .copied()
            .filter(|id| self.tree.functions[*id].syntax().is_some_and(|function| function.name == method));
        named.min_by_key(|id| self.tree.functions[*id].blocked.is_some())
    }

    /// The type that an `impl` block is for.
    pub(super) fn type_of(&mut self, block: usize) -> Option<(ModuleId, String)> {
        let module = self.tree.implementations[block].module;
        let path = self.tree.implementations[block].syntax()?.target.clone();
        match self.resolve(module, &path, Want::Place)? {
            Entity::Type(module, name) => Some((module, name)),
            _ => None,
        }
    }

    fn sort_implementations(&mut self) {
        while self.sorted < self.tree.implementations.len() {
            let block = self.sorted;
            self.sorted += 1;
            if let Some(key) = self.type_of(block) {
                self.by_type.entry(key).or_default().push(block);
            }
        }
    }

    fn path(&mut self, scope: ModuleId, path: &Path, want: Want, search: &mut Search) -> Option<Entity> {
        search.steps += 1;
        if search.steps > MAX_STEPS {
            return None;
        }
        let mut segments = path.segments.iter();
        let first = segments.next()?;
        let alone = path.segments.len() == 1;
        let first_want = if alone { want } else { Want::Place };
        let mut found = if path.absolute {
            self.external(scope, first)?
        } else {
            self.first(scope, first, first_want, search)?
        };
        let mut left = segments.len();
        for segment in segments {
            left -= 1;
            let want = if left == 0 { want } else { Want::Place };
            found = match found {
                Entity::Module(module) => match segment.as_str() {
                    "super" => Entity::Module(self.tree.modules[module].parent?),
                    "self" => Entity::Module(module),
                    name => self.name(module, name, want, search)?,
                },
                Entity::Type(module, name) if want == Want::Value => {
                    Entity::Function(self.method(module, &name, segment)?)
                }
                Entity::Type(..) => return None,
                Entity::Sdk if left == 0 && want != Want::Place => Entity::SdkItem(segment.clone()),
                Entity::Sdk => Entity::Sdk,
                Entity::SdkItem(_) | Entity::Outside | Entity::Function(_) => Entity::Outside,
            };
        }
        Some(found)
    }

    fn external(&self, scope: ModuleId, name: &str) -> Option<Entity> {
        let krate = &self.graph.crates[self.tree.modules[scope].krate];
        match krate.externs.get(name) {
            Some(Extern::Sdk) => Some(Entity::Sdk),
            Some(Extern::Crate(other)) => self.tree.roots.get(*other).map(|root| Entity::Module(*root)),
            Some(Extern::Other) => Some(Entity::Outside),
            None => {
                matches!(name, "std" | "core" | "alloc" | "proc_macro" | "test").then_some(Entity::Outside)
            }
        }
    }

    fn first(&mut self, scope: ModuleId, name: &str, want: Want, search: &mut Search) -> Option<Entity> {
        // The inside of a function isn't a module: `self` and `super` skip it.
        let mut real = scope;
        while let Some(around) = self.tree.modules[real].around {
            real = around;
        }
        match name {
            "crate" => {
                return self.tree.roots.get(self.tree.modules[scope].krate).map(|root| Entity::Module(*root));
            }
            "self" => return Some(Entity::Module(real)),
            "super" => return self.tree.modules[real].parent.map(Entity::Module),
            _ => {}
        }
        let mut at = Some(scope);
        while let Some(module) = at {
            if let Some(found) = self.name(module, name, want, search) {
                return Some(found);
            }
            at = self.tree.modules[module].around;
        }
        match want {
            Want::Place => self.external(scope, name),
            _ => None,
        }
    }

    /// A name inside a module: its own items, then `use`, then globs; what is compiled out only if nothing else is.
    fn name(&mut self, module: ModuleId, name: &str, want: Want, search: &mut Search) -> Option<Entity> {
        search.steps += 1;
        let key = (module, name.to_owned(), want);
        if search.steps > MAX_STEPS || !search.open.insert(key.clone()) {
            return None;
        }
        self.tree.ensure(module);
        let found = self.own(module, name, want, true).or_else(|| {
            let live = self.imported(module, name, want, true, search);
            live.or_else(|| self.own(module, name, want, false))
                .or_else(|| self.imported(module, name, want, false, search))
        });
        search.open.remove(&key);
        found
    }

    fn own(&self, module: ModuleId, name: &str, want: Want, live: bool) -> Option<Entity> {
        let names = &self.tree.modules[module].names;
        match want {
            Want::Value => {
                let mut found = names.functions.get(name)?.iter();
                found
                    .find(|id| !live || self.tree.functions[**id].blocked.is_none())
                    .map(|id| Entity::Function(*id))
            }
            Want::Place => {
                let mut modules = names.modules.get(name).into_iter().flatten();
                if let Some(id) = modules.find(|id| !live || self.tree.modules[**id].blocked.is_none()) {
                    return Some(Entity::Module(*id));
                }
                // An alias is followed as an import.
                matches!(names.types.get(name), Some(None)).then(|| Entity::Type(module, name.to_owned()))
            }
            Want::Macro => None,
        }
    }

    fn imported(
        &mut self,
        module: ModuleId,
        name: &str,
        want: Want,
        live: bool,
        search: &mut Search,
    ) -> Option<Entity> {
        let names = &self.tree.modules[module].names;
        let mut paths: Vec<Path> = Vec::new();
        if want == Want::Place
            && let Some(Some(alias)) = names.types.get(name)
        {
            paths.push(alias.clone());
        }
        let uses = names.uses.get(name).into_iter().flatten();
        paths.extend(uses.filter(|(_, on)| *on || !live).map(|(path, _)| path.clone()));
        let globs: Vec<Path> =
            names.globs.iter().filter(|(_, on)| *on || !live).map(|(path, _)| path.clone()).collect();
        for path in paths {
            if let Some(found) = self.path(module, &path, want, search) {
                return Some(found);
            }
        }
        for glob in globs {
            let found = match self.path(module, &glob, Want::Place, search) {
                Some(Entity::Module(from)) if from != module => self.name(from, name, want, search),
                Some(Entity::Sdk) if want == Want::Macro => Some(Entity::SdkItem(name.to_owned())),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
