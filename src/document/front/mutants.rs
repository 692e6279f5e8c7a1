//! What makes no difference: changes of steps that `tutor mutants` need not see caught, and why.

use super::{entries::empty, reader::Reader, yaml::Node};
use crate::{diagnostic::Diagnostic, document::Mark, source::Spanned};

const KEYS: [&str; 4] = ["step", "operator", "change", "reason"];
const FORM: &str = "write it like `{step: name, operator: digit-changed, change: '365', reason: …}`";

/// `mutants`: a list of marks.
pub(super) fn marks(node: &Node, reader: &mut Reader<'_>) -> Vec<Mark> {
    reader.list(node, "`mutants`").iter().filter_map(|node| mark(node, reader)).collect()
}

fn mark(node: &Node, reader: &mut Reader<'_>) -> Option<Mark> {
    let [mut step, mut operator, mut change, mut reason] = [const { None }; 4];
    let before = reader.found.len();
    for entry in reader.entries(node, "a mark") {
        let (place, what) = match entry.key.value {
            "step" => (&mut step, "`step`"),
            "operator" => (&mut operator, "`operator`"),
            "change" => (&mut change, "`change`"),
            "reason" => (&mut reason, "`reason`"),
            _ => {
                reader.unknown(&entry.key, "a mark", &KEYS);
                continue;
            }
        };
        let text = reader.text(entry.value, what);
        if let Some(text) = text.as_ref().filter(|text| text.value.trim().is_empty()) {
            reader.found.push(empty(text.span, what));
        }
        *place = text;
    }
    if let Some(unknown) =
        operator.as_ref().filter(|name: &&Spanned<String>| !Mark::OPERATORS.contains(&name.value.as_str()))
    {
        let message = format!("there is no kind of change `{}`", unknown.value);
        let error = Diagnostic::error("unknown-operator", message, unknown.span, "unknown");
        reader.found.push(match crate::diagnostic::nearest(&unknown.value, Mark::OPERATORS) {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(unknown.span, near),
            None => error.help(format!("the kinds are {}", Mark::OPERATORS.join(", "))),
        });
    }
    if reader.found.len() > before {
        return None;
    }
    let missing = |what: &str| {
        let message = format!("a mark under `mutants` has no {what}");
        Diagnostic::error("missing-key", message, node.span, format!("no `{what}` here")).help(FORM)
    };
    match (step, reason) {
        (Some(step), Some(reason)) => Some(Mark { step, operator, change, reason: reason.value }),
        (None, _) => {
            reader.found.push(missing("step"));
            None
        }
        (_, None) => {
            reader.found.push(missing("reason"));
            None
        }
    }
}
