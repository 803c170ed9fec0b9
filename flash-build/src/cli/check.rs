//! `cargo flash check`.

use anstyle::{Effects, Style};
use flash::manifest::{Manifest, ResourceType};
use serde_json::{Value, json};

use super::inspection::{Inspection, Wishes};
use super::table::Table;
use super::{Context, Exit, Failure};
use crate::assemble::{Resolved, Source, defaults};
use crate::project::Project;
use crate::validate::resource_of;

const NAME: Style = Style::new().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// Options of `cargo flash check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    wishes: Wishes,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let project = Project::find(&context.options.selection)?;
        let profile = context.options.selection.profile_or("dev");
        let inspection = Inspection::of(&project, profile, &self.wishes, context)?;
        if context.terminal.is_json() {
            context.terminal.document(&document(&project, &inspection));
        } else {
            context.terminal.data(text(&project, &inspection));
        }
        inspection.print_problems(context);
        match inspection.errors() {
            0 => Ok(Exit::Done),
            errors => {
                let s = if errors == 1 { "" } else { "s" };
                context.terminal.error(format!("`{}` has {errors} error{s}", project.program.name));
                Ok(Exit::Failed)
            }
        }
    }
}

fn document(project: &Project, inspection: &Inspection) -> Value {
    let manifest = &inspection.assembled.manifest;
    let resources: Vec<Value> = inspection
        .assembled
        .resolved
        .iter()
        .map(|(name, resolved)| {
            let config: Vec<Value> = settings(resolved)
                .into_iter()
                .map(|(field, value, source)| json!({"field": field, "value": value, "origin": source.to_string()}))
                .collect();
            json!({"name": name, "listed": manifest.resources.contains_key(name), "settings": config})
        })
        .collect();
    let calls: Vec<Value> = inspection
        .scan
        .calls
        .iter()
        .map(|call| {
            let (edge, place) = (&call.edge, &call.place);
            json!({"from": edge.from, "to": edge.to, "resolved": edge.resolved, "file": place.file, "line": place.line})
        })
        .collect();
    json!({
        "ok": inspection.errors() == 0,
        "package": project.program.package,
        "program": project.program.name,
        "executable": inspection.compiled.executable,
        "resources": resources,
        "calls": calls,
        "problems": inspection.problems,
        "manifest": manifest,
    })
}

fn text(project: &Project, inspection: &Inspection) -> String {
    let manifest = &inspection.assembled.manifest;
    let package = project.package();
    let identity = &inspection.identity;
    let libc = identity.libc.as_ref().map_or(String::new(), |libc| {
        format!(
            ", {}{}",
            libc.name,
            libc.version.as_ref().map_or(String::new(), |version| format!(" {version}"))
        )
    });
    let mut out = format!(
        "{NAME}{}{NAME:#} {} {FAINT}({}, {} {}{libc}){FAINT:#}\n",
        manifest.project_name, package.version, inspection.compiled.profile, identity.os, identity.arch
    );
    for (name, resolved) in &inspection.assembled.resolved {
        out.push_str(&resource(name, resolved, inspection));
    }
    let calls = calls(inspection, manifest);
    if !calls.is_empty() {
        out.push_str(&format!("\n{NAME}calls{NAME:#}\n{}", calls.render(2)));
    }
    out
}

fn resource(name: &str, resolved: &Resolved, inspection: &Inspection) -> String {
    let kind = resolved.resource_type.as_ref();
    let words = kind.map_or(String::new(), |kind| {
        let word = match &kind.value {
            ResourceType::Serverless => "queue-based",
            ResourceType::LoadBalancer => "load-balanced",
            ResourceType::Other(other) => other,
        };
        format!("{word}, {}", kind.source)
    });
    let mut out = format!("\n{NAME}{name}{NAME:#}  {FAINT}{words}{FAINT:#}\n");
    let mut functions = Table::new(["function", "kind", "route", "place"]);
    // Of two functions of one name the manifest has one; here both are seen.
    let inventory = &inspection.inventory;
    for function in inventory.functions.iter().filter(|function| resource_of(inventory, function) == name) {
        let item = &function.item;
        let kind = match (item.class.is_some(), item.is_async) {
            (true, true) => "async method",
            (true, false) => "method",
            (false, true) => "async fn",
            (false, false) => "fn",
        };
        let route = match (&item.method, &item.path) {
            (Some(verb), Some(path)) => format!("{verb} {path}"),
            _ => "-".to_owned(),
        };
        functions.row([item.name.clone(), kind.to_owned(), route, function.located.place.to_string()]);
    }
    if functions.is_empty() {
        out.push_str("  no functions\n");
    } else {
        out.push_str(&functions.render(2));
    }
    let mut table = Table::new(["setting", "value", "origin"]);
    let mut untouched = Vec::new();
    for (field, value, source) in settings(resolved) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if source == Source::Default {
            untouched.push(format!("{field} {value}"));
        } else {
            table.row([field, value, source.to_string()]);
        }
    }
    if !table.is_empty() {
        out.push_str(&table.render(2));
    }
    out.push_str(&format!("  {FAINT}defaults: {}{FAINT:#}\n", untouched.join(", ")));
    out
}

/// What is set, and the defaults of what isn't.
fn settings(resolved: &Resolved) -> Vec<(String, Value, Source)> {
    let kind = resolved.resource_type.as_ref().map_or(ResourceType::Serverless, |kind| kind.value.clone());
    let mut found: Vec<(String, Value, Source)> = resolved
        .config
        .iter()
        .map(|(field, sourced)| (field.clone(), sourced.value.clone(), sourced.source.clone()))
        .collect();
    for (field, value) in defaults(&kind) {
        if !resolved.config.contains_key(field) {
            found.push((field.to_owned(), value, Source::Default));
        }
    }
    let public = resolved.public.as_ref();
    found.push((
        "public".to_owned(),
        public.is_some_and(|public| public.value).into(),
        public.map_or(Source::Default, |public| public.source.clone()),
    ));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn calls(inspection: &Inspection, manifest: &Manifest) -> Table {
    let mut table = Table::new(["from", "to", "way", "place"]);
    for call in &inspection.scan.calls {
        let edge = &call.edge;
        let way = if !edge.resolved {
            "unresolved"
        } else if manifest.resource_of(&edge.from) == manifest.resource_of(&edge.to) {
            "in the process"
        } else {
            "over the network"
        };
        table.row([edge.from.clone(), edge.to.clone(), way.to_owned(), call.place.to_string()]);
    }
    table
}
