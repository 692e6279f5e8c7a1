//! The YAML in front of a recording's contents: written by hand for its one shape, read with `saphyr`.

use std::{collections::BTreeMap, fmt::Write as _};

use saphyr::{LoadableYamlNode, Scalar, Yaml};

use super::{FormatError, Recording};

/// The header of `recording`, as it stands between two lines `---`.
pub(super) fn render(recording: &Recording) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "source: {}", quote(&recording.tutorial));
    let _ = writeln!(text, "expression: {}", quote(&recording.command));
    let _ = writeln!(text, "info:");
    let _ = writeln!(text, "  tutorial: {}", quote(&recording.tutorial));
    let _ = writeln!(text, "  step: {}", quote(&recording.step));
    let _ = writeln!(text, "  platform: {}", quote(&recording.platform));
    if let Some(exit) = recording.exit {
        let _ = writeln!(text, "  exit: {exit}");
    }
    if !recording.versions.is_empty() {
        let _ = writeln!(text, "  versions:");
        for (program, version) in &recording.versions {
            let _ = writeln!(text, "    {}: {}", quote(program), quote(version));
        }
    }
    text
}

/// A double-quoted scalar: the one form that can hold any text on one line.
fn quote(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            // YAML takes the last two of these for line ends, and allows no byte-order mark or non-character.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ if character.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

/// A recording with what its header says, and no contents yet.
pub(super) fn parse(text: &str) -> Result<Recording, FormatError> {
    let documents = Yaml::load_from_str(text).map_err(|error| FormatError::Header(error.to_string()))?;
    let header = documents.first().ok_or(FormatError::Missing("info"))?;
    let info = header.as_mapping_get("info").ok_or(FormatError::Missing("info"))?;
    let text = |node: &Yaml<'_>, key: &'static str| {
        node.as_mapping_get(key).and_then(scalar).ok_or(FormatError::Missing(key))
    };
    let mut versions = BTreeMap::new();
    if let Some(mapping) = info.as_mapping_get("versions").and_then(Yaml::as_mapping) {
        versions.extend(
            mapping.iter().filter_map(|(program, version)| Some((scalar(program)?, scalar(version)?))),
        );
    }
    Ok(Recording {
        tutorial: text(info, "tutorial")?,
        step: text(info, "step")?,
        platform: text(info, "platform")?,
        // insta writes no empty expression.
        command: text(header, "expression").unwrap_or_default(),
        exit: info
            .as_mapping_get("exit")
            .and_then(Yaml::as_integer)
            .and_then(|exit| i32::try_from(exit).ok()),
        versions,
        stdout: None,
        stderr: None,
    })
}

/// A scalar as text; insta may write without quotes what looks like a number to others.
fn scalar(node: &Yaml<'_>) -> Option<String> {
    match node {
        Yaml::Value(Scalar::Integer(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::Boolean(truth)) => Some(truth.to_string()),
        Yaml::Value(Scalar::String(text)) | Yaml::Representation(text, ..) => Some(text.to_string()),
        _ => None,
    }
}
