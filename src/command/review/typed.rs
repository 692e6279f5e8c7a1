//! What is printed where nobody can press keys: what waits, and the commands that decide on it.

use std::{fmt::Write as _, path::Path};

use crate::{
    command::program::counted,
    report::{command_line, escape},
    review::{Item, Standing},
};

/// What waits, each with its commands; `snapshots` is where recordings lie, if not at their usual place.
pub(super) fn commands(items: &[Item], snapshots: Option<&Path>) -> String {
    let dir = snapshots.map(|dir| dir.to_string_lossy());
    let command = |verb: &str, step: Option<&str>| {
        let mut words = vec!["tutor", verb];
        if let Some(dir) = &dir {
            words.extend(["--snapshots", dir]);
        }
        words.extend(step);
        // A name may hold what a terminal would act on.
        escape(&command_line(words)).into_owned()
    };
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        let _ = writeln!(text, "{}: {}", escape(&item.name), escape(&summary(item)));
        // A recording and new lines of a page, of one step, have one name, and are taken together.
        if items.get(index + 1).is_some_and(|next| next.name == item.name) {
            continue;
        }
        // What looks like a flag is still a recording.
        let here = if item.name.starts_with('-') { "./" } else { "" };
        let step = format!("{here}{}", item.name);
        for verb in ["accept", "reject"] {
            let _ = writeln!(text, "  {}", command(verb, Some(&step)));
        }
    }
    let _ = writeln!(
        text,
        "{}; on a terminal, `{}` shows what differs",
        counted(items.len(), "pending output"),
        command("review", None)
    );
    text
}

/// Where it stands, and what has changed.
fn summary(item: &Item) -> String {
    let mut words = vec![item.place.clone()];
    if item.standing == Standing::New {
        words.push("new".to_owned());
    }
    words.extend(item.facts.iter().map(|(heading, text)| format!("{heading} {text}")));
    if item.standing != Standing::New {
        let changed = item.parts.iter().filter(|part| !part.is_same());
        words.extend(changed.map(|part| format!("{} changed", part.title)));
    }
    words.join(", ")
}
