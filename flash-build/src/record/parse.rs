//! Understanding the body of a record.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::content::{Class, Function, Item, MainFunction, Origin, Record, ResourceDeclaration, TypeShape};
use super::cut::RawRecord;
use super::error::{Fault, RecordError};

const SEPARATOR: char = '\x1e';
/// Number of the first field that depends on the kind.
const OWN: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Fn,
    Class,
    Type,
    Resource,
    Main,
}

#[derive(Deserialize)]
struct Head {
    kind: Kind,
}

/// Reads one record.
///
/// # Errors
/// The body isn't what `docs/records.md` describes.
pub fn parse(raw: &RawRecord<'_>) -> Result<Record, RecordError> {
    let offset = raw.offset;
    let (origin, item) = body(raw.body).map_err(|fault| RecordError { offset, fault })?;
    Ok(Record { offset, origin, item })
}

fn body(bytes: &[u8]) -> Result<(Origin, Item), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?;
    let fields: Vec<&str> = text.split(SEPARATOR).collect();
    let &[head, module, file, package, version, ref own @ ..] = fields.as_slice() else {
        return Err(Fault::Fields { needed: OWN, found: fields.len() });
    };
    let Head { kind } = json(0, head)?;
    let item = match kind {
        Kind::Fn => Item::Function(function(head, own)?),
        Kind::Class => {
            let mut class: Class = json(0, head)?;
            exactly(own, 1)?;
            own.concat().clone_into(&mut class.resource);
            Item::Class(class)
        }
        Kind::Type => Item::Type(shape(head, own)?),
        Kind::Resource => {
            let mut resource: ResourceDeclaration = json(0, head)?;
            exactly(own, 1)?;
            resource.declared = json(OWN, &own.concat())?;
            Item::Resource(resource)
        }
        Kind::Main => {
            exactly(own, 0)?;
            Item::Main(json::<MainFunction>(0, head)?)
        }
    };
    let origin =
        Origin { module: module.into(), file: file.into(), package: package.into(), version: version.into() };
    Ok((origin, item))
}

fn function(head: &str, own: &[&str]) -> Result<Function, Fault> {
    let mut function: Function = json(0, head)?;
    exactly(own, function.args.len() + 3)?;
    if let [resource, types @ .., result, error] = own {
        (*resource).clone_into(&mut function.resource);
        for (argument, name) in function.args.iter_mut().zip(types) {
            (*name).clone_into(&mut argument.type_name);
        }
        (*result).clone_into(&mut function.result_type);
        (*error).clone_into(&mut function.error_type);
    }
    Ok(function)
}

fn shape(head: &str, own: &[&str]) -> Result<TypeShape, Fault> {
    let mut shape: TypeShape = json(0, head)?;
    let in_variants = shape.variants.iter().flatten().map(|variant| variant.fields.len()).sum::<usize>();
    exactly(own, 1 + shape.fields.len() + in_variants)?;
    if let [name, types @ ..] = own {
        (*name).clone_into(&mut shape.name);
        shape.field_types = types.iter().map(|name| (*name).to_owned()).collect();
    }
    Ok(shape)
}

fn exactly(own: &[&str], wanted: usize) -> Result<(), Fault> {
    if own.len() == wanted {
        return Ok(());
    }
    Err(Fault::Fields { needed: OWN + wanted, found: OWN + own.len() })
}

fn json<T: DeserializeOwned>(field: usize, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Content { field, reason: error.to_string() })
}
