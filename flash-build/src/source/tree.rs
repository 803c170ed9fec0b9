//! The module trees of all crates, file by file, with conditions inherited.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::condition::{Condition, first_false, first_unsure};
use super::files::{Content, Files, tidy};
use super::graph::{Crate, Graph};
use super::syntax::{self, Item};

/// Modules nest no deeper than this.
const MAX_DEPTH: usize = 100;

pub(super) type ModuleId = usize;
pub(super) type FunctionId = usize;

/// A module, or the inside of a function that holds items.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) krate: usize,
    /// As `module_path!()` gives it.
    pub(super) path: String,
    /// Where `super` leads.
    pub(super) parent: Option<ModuleId>,
    /// The inside of a function sees the names around it too; this is the next scope.
    pub(super) around: Option<ModuleId>,
    pub(super) file: usize,
    /// The condition that keeps it out of this build.
    pub(super) blocked: Option<String>,
    /// A condition that seems to hold.
    unsure: Option<String>,
    /// Where files of its modules are.
    directory: PathBuf,
    /// Directory of its file, where `#[path]` begins.
    base: PathBuf,
    depth: usize,
    pub(super) names: Names,
    /// Its file isn't parsed yet.
    waiting: bool,
}

/// What a module declares.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) modules: HashMap<String, Vec<ModuleId>>,
    pub(super) functions: HashMap<String, Vec<FunctionId>>,
    /// Types with the path they are an alias of.
    pub(super) types: HashMap<String, Option<syntax::Path>>,
    /// `use` by name, with whether it is in this build.
    pub(super) uses: HashMap<String, Vec<(syntax::Path, bool)>>,
    pub(super) globs: Vec<(syntax::Path, bool)>,
}

/// A function or method.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) module: ModuleId,
    /// Where names of its body are looked up.
    pub(super) scope: ModuleId,
    pub(super) implementation: Option<usize>,
    pub(super) file: usize,
    pub(super) blocked: Option<String>,
    /// A condition that seems to hold, as far as it can be seen from here.
    pub(super) unsure: Option<String>,
    pub(super) item: Arc<Item>,
    /// Which method of the item's `impl` it is.
    pub(super) method: usize,
}

impl Function {
    pub(super) fn syntax(&self) -> Option<&syntax::Function> {
        syntax_of(&self.item, self.method)
    }
}

/// The function that an item is, or the method of an `impl`.
pub(super) fn syntax_of(item: &Item, method: usize) -> Option<&syntax::Function> {
    match item {
        Item::Function(function) => Some(function),
        Item::Impl(implementation) => implementation.methods.get(method),
        _ => None,
    }
}

/// An `impl` block.
#[derive(Debug)]
pub(super) struct Implementation {
    pub(super) module: ModuleId,
    pub(super) item: Arc<Item>,
    pub(super) blocked: Option<String>,
    pub(super) methods: Vec<FunctionId>,
}

impl Implementation {
    pub(super) fn syntax(&self) -> Option<&syntax::Impl> {
        match &*self.item {
            Item::Impl(implementation) => Some(implementation),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Files,
    pub(super) modules: Vec<Module>,
    pub(super) functions: Vec<Function>,
    pub(super) implementations: Vec<Implementation>,
    /// Root module of each crate.
    pub(super) roots: Vec<ModuleId>,
    sets: Vec<Vec<Vec<cargo_platform::Cfg>>>,
    /// Files whose items are being taken in; none of them can hold itself.
    open: Vec<usize>,
    /// How many files were parsed because a name was looked up in one of them.
    demanded: usize,
}

impl Tree {
    pub(super) fn build(graph: &Graph, files: Files) -> Self {
        let sets = graph.crates.iter().map(|krate| krate.sets.clone()).collect();
        let mut tree = Self { files, sets, ..Self::default() };
        for (at, krate) in graph.crates.iter().enumerate() {
            let root = tree.root(at, krate);
            tree.roots.push(root);
        }
        tree
    }

    fn root(&mut self, krate: usize, found: &Crate) -> ModuleId {
        let directory = found.root.parent().map(Path::to_path_buf).unwrap_or_default();
        let file = self.files.open(&found.root);
        // A root without any `mod` may still hold `main`.
        self.files.parse(&[file]);
        let root = self.module(Module {
            krate,
            path: found.name.clone(),
            parent: None,
            around: None,
            file,
            blocked: None,
            unsure: None,
            directory: directory.clone(),
            base: directory,
            depth: 0,
            names: Names::default(),
            waiting: true,
        });
        self.fill(root);
        root
    }

    fn module(&mut self, module: Module) -> ModuleId {
        self.modules.push(module);
        self.modules.len() - 1
    }

    /// Takes in the items of a module's file, if it is parsed already.
    fn fill(&mut self, id: ModuleId) {
        let file = self.modules[id].file;
        self.files.all[file].used = true;
        if let Content::Parsed(parsed) = &self.files.all[file].content {
            let parsed = Arc::clone(parsed);
            self.modules[id].waiting = false;
            self.open.push(file);
            if let Some(condition) = first_false(&parsed.conditions, &self.sets[self.modules[id].krate]) {
                self.modules[id].blocked.get_or_insert_with(|| condition.text().to_owned());
            }
            self.modules[id].unsure = self.unsure(id, &parsed.conditions);
            self.items(id, &parsed.items);
            self.open.pop();
        }
    }

    /// Parses a module's file if nobody needed it before.
    pub(super) fn ensure(&mut self, id: ModuleId) {
        if self.modules[id].waiting {
            self.parse(id);
            self.modules[id].waiting = false;
            self.fill(id);
        }
    }

    /// Where one file is needed, others follow: each time as many again are parsed beside it, on all threads.
    fn parse(&mut self, id: ModuleId) {
        let file = self.modules[id].file;
        if !self.files.is_waiting(file) {
            return;
        }
        let krate = self.modules[id].krate;
        let others = self.modules.iter().filter(|module| module.waiting && module.krate == krate);
        let others =
            others.map(|module| module.file).filter(|other| *other != file && self.files.is_waiting(*other));
        let batch: Vec<usize> = std::iter::once(file).chain(others.take(self.demanded)).collect();
        self.demanded += batch.len();
        self.files.parse(&batch);
    }

    /// Parses every file that mentions one of the words.
    pub(super) fn ensure_all(&mut self, words: &[String]) {
        let mentions = |module: &Module| {
            let text = &self.files.all[module.file].text;
            module.waiting && words.iter().any(|word| text.contains(word.as_str()))
        };
        let modules: Vec<ModuleId> =
            (0..self.modules.len()).filter(|id| mentions(&self.modules[*id])).collect();
        let files: Vec<usize> = modules.iter().map(|id| self.modules[*id].file).collect();
        self.files.parse(&files);
        for module in modules {
            self.ensure(module);
        }
    }

    fn unsure(&self, within: ModuleId, conditions: &[Condition]) -> Option<String> {
        let own = || first_unsure(conditions).map(|condition| condition.text().to_owned());
        self.modules[within].unsure.clone().or_else(own)
    }

    fn blocked(&self, within: ModuleId, conditions: &[Condition]) -> Option<String> {
        let module = &self.modules[within];
        module.blocked.clone().or_else(|| {
            first_false(conditions, &self.sets[module.krate]).map(|condition| condition.text().to_owned())
        })
    }

    fn items(&mut self, within: ModuleId, items: &[Arc<Item>]) {
        for item in items {
            match &**item {
                Item::Module(module) => self.child(within, module),
                Item::Use(found) => {
                    let on = first_false(&found.conditions, &self.sets[self.modules[within].krate]).is_none();
                    let names = &mut self.modules[within].names;
                    match &found.name {
                        Some(name) => {
                            names.uses.entry(name.clone()).or_default().push((found.path.clone(), on));
                        }
                        None => names.globs.push((found.path.clone(), on)),
                    }
                }
                Item::Function(function) => {
                    let blocked = self.blocked(within, &function.conditions);
                    let id = self.function(within, None, blocked, item, 0);
                    self.modules[within].names.functions.entry(function.name.clone()).or_default().push(id);
                }
                Item::Impl(found) => self.implementation(within, item, found),
                Item::Type(found) => {
                    self.modules[within].names.types.insert(found.name.clone(), found.alias.clone());
                }
                Item::Include(path) => self.include(within, path),
                Item::MacroModule(name) => self.macro_module(within, name),
            }
        }
    }

    fn function(
        &mut self,
        module: ModuleId,
        implementation: Option<usize>,
        blocked: Option<String>,
        item: &Arc<Item>,
        method: usize,
    ) -> FunctionId {
        let id = self.functions.len();
        let of_block: &[Condition] = match &**item {
            Item::Impl(block) => &block.conditions,
            _ => &[],
        };
        let own = syntax_of(item, method).map_or(&[][..], |syntax| &syntax.conditions);
        let unsure = self.unsure(module, of_block).or_else(|| self.unsure(module, own));
        let function = Function {
            module,
            scope: module,
            implementation,
            file: self.modules[module].file,
            blocked: blocked.clone(),
            unsure: unsure.clone(),
            item: Arc::clone(item),
            method,
        };
        let inner = function.syntax().map(|syntax| syntax.items.clone()).unwrap_or_default();
        self.functions.push(function);
        let depth = self.modules[module].depth + 1;
        if !inner.is_empty() && depth < MAX_DEPTH {
            let around = &self.modules[module];
            let scope = self.module(Module {
                krate: around.krate,
                path: around.path.clone(),
                parent: around.parent,
                around: Some(module),
                file: around.file,
                blocked,
                unsure,
                directory: around.directory.clone(),
                base: around.base.clone(),
                depth,
                names: Names::default(),
                waiting: false,
            });
            self.functions[id].scope = scope;
            self.items(scope, &inner);
        }
        id
    }

    fn implementation(&mut self, within: ModuleId, item: &Arc<Item>, found: &syntax::Impl) {
        let blocked = self.blocked(within, &found.conditions);
        let id = self.implementations.len();
        self.implementations.push(Implementation {
            module: within,
            item: Arc::clone(item),
            blocked: blocked.clone(),
            methods: Vec::new(),
        });
        for (at, method) in found.methods.iter().enumerate() {
            let blocked = blocked.clone().or_else(|| self.blocked(within, &method.conditions));
            let method = self.function(within, Some(id), blocked, item, at);
            self.implementations[id].methods.push(method);
        }
    }

    fn child(&mut self, within: ModuleId, found: &syntax::Module) {
        let blocked = self.blocked(within, &found.conditions);
        let unsure = self.unsure(within, &found.conditions);
        let parent = &self.modules[within];
        if parent.depth >= MAX_DEPTH {
            return;
        }
        let (krate, depth) = (parent.krate, parent.depth + 1);
        let sets = &self.sets[krate];
        let named =
            found.paths.iter().find(|(_, when)| first_false(when, sets).is_none()).map(|(path, _)| path);
        let others = found.paths.iter().map(|(path, _)| path).filter(|path| Some(*path) != named);
        let others: Vec<PathBuf> = others.map(|path| tidy(&parent.base.join(path))).collect();
        let inline = found.inline.is_some();
        let (file, directory, base) = match named {
            Some(path) if inline => {
                let directory = tidy(&parent.base.join(path));
                (None, directory.clone(), directory)
            }
            None if inline => {
                let directory = parent.directory.join(&found.name);
                (None, directory.clone(), directory)
            }
            Some(path) => {
                let file = tidy(&parent.base.join(path));
                let directory = file.parent().map(Path::to_path_buf).unwrap_or_default();
                (Some(file), directory.clone(), directory)
            }
            None => {
                let flat = parent.directory.join(format!("{}.rs", found.name));
                let nested = parent.directory.join(&found.name);
                if self.files.exists(&flat) {
                    let base = parent.directory.clone();
                    (Some(flat), nested, base)
                } else {
                    (Some(nested.join("mod.rs")), nested.clone(), nested)
                }
            }
        };
        // The files of other platforms have an owner too.
        for other in others.iter().filter(|_| !inline) {
            if self.files.exists(other) {
                let other = self.files.open(other);
                self.files.all[other].used = true;
            }
        }
        let own_file = match file {
            Some(file) => {
                // Generated or left out on purpose; the compiler tells when it is an error.
                if !self.files.exists(&file) {
                    return;
                }
                let file = self.files.open(&file);
                if self.open.contains(&file) {
                    return;
                }
                Some(file)
            }
            None => None,
        };
        let parent = &self.modules[within];
        let module = Module {
            krate,
            path: format!("{}::{}", parent.path, found.name),
            parent: Some(within),
            around: None,
            file: own_file.unwrap_or(parent.file),
            blocked,
            unsure,
            directory,
            base,
            depth,
            names: Names::default(),
            waiting: own_file.is_some(),
        };
        let id = self.module(module);
        self.modules[within].names.modules.entry(found.name.clone()).or_default().push(id);
        match &found.inline {
            Some(items) => self.items(id, items),
            None => self.fill(id),
        }
    }

    /// The items of `include!("..")` belong to the module itself.
    fn include(&mut self, within: ModuleId, path: &str) {
        let parent = &self.modules[within];
        let here = self.files.all[parent.file].path.parent().map(Path::to_path_buf).unwrap_or_default();
        let file = self.files.open(&here.join(path));
        let depth = parent.depth + 1;
        self.files.parse(&[file]);
        self.files.all[file].used = true;
        if let Content::Parsed(parsed) = &self.files.all[file].content
            && depth < MAX_DEPTH
            && !self.open.contains(&file)
        {
            let parsed = Arc::clone(parsed);
            self.open.push(file);
            let (old_file, old_depth) = (self.modules[within].file, self.modules[within].depth);
            self.modules[within].file = file;
            self.modules[within].depth = depth;
            self.items(within, &parsed.items);
            self.modules[within].file = old_file;
            self.modules[within].depth = old_depth;
            self.open.pop();
        }
    }

    /// A macro decides whether the module is there, so its file is only known to have an owner.
    fn macro_module(&mut self, within: ModuleId, name: &str) {
        let parent = &self.modules[within];
        let depth = parent.depth + 1;
        let directory = parent.directory.join(name);
        let flat = parent.directory.join(format!("{name}.rs"));
        let file = if self.files.exists(&flat) { flat } else { directory.join("mod.rs") };
        if depth >= MAX_DEPTH || !self.files.exists(&file) {
            return;
        }
        let file = self.files.open(&file);
        self.files.all[file].used = true;
    }
}
