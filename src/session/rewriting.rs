//! What a page would have to say so that a step which drifted passes.

use crate::{
    document::OutputStream,
    outcome::{Changes, Rewrite},
    plan::{Expected, Placeholders, Step, TranscriptCommand},
    redact::Redactor,
    verdict::{Compared, Words, rewrite},
};

/// Why nothing can be said.
const TRUNCATED: &str = "so much was printed that not all of it was kept";

/// For the `.output` block of `step`, which printed something else; `None` where it has none.
pub(super) fn of_output(
    step: &Step,
    expected: &Expected,
    compared: &[Compared; 2],
    redactor: &Redactor,
) -> Option<Rewrite> {
    let Expected::Output { stream, lines, fence, written, file, .. } = expected else { return None };
    let came = &compared[usize::from(*stream == OutputStream::Stderr)];
    let page = written.as_ref().unwrap_or(lines);
    Some(Rewrite {
        file: file.clone().unwrap_or_else(|| step.file.clone()),
        fence: *fence,
        changes: changes(&step.placeholders, page, came, redactor),
    })
}

/// The changes for one command of a transcript are added to those for the others. Those that come first stay first.
pub(super) fn of_command(
    so_far: Option<Rewrite>,
    step: &Step,
    command: &TranscriptCommand,
    came: &Compared,
    redactor: &Redactor,
) -> Rewrite {
    let mut all = so_far.unwrap_or_else(|| Rewrite {
        file: step.file.clone(),
        fence: step.line,
        changes: Ok(Vec::new()),
    });
    let page = command.written.as_ref().unwrap_or(&command.lines);
    // In the block's lines, of which the one under the fence is the first.
    let down = command.below.saturating_sub(step.line + 1);
    match (&mut all.changes, changes(&step.placeholders, page, came, redactor)) {
        (Ok(all), Ok(own)) => all.extend(own.into_iter().map(|change| change.moved(down))),
        (all @ Ok(_), Err(why)) => *all = Err(why),
        (Err(_), _) => {}
    }
    all
}

fn changes(placeholders: &Placeholders, page: &[String], came: &Compared, redactor: &Redactor) -> Changes {
    if came.truncated {
        return Err(TRUNCATED.to_owned());
    }
    let page: Vec<&str> = page.iter().map(String::as_str).collect();
    let words = Words {
        fill: &|line| placeholders.filled(line),
        put_back: &|line, old| placeholders.put_back(line, old),
    };
    rewrite(&page, &words, redactor, &came.text).map_err(|why| why.to_string())
}
