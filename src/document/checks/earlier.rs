//! Tutorials that run before a page: each is for the platforms that the page is for.

use crate::{
    diagnostic::Diagnostic,
    document::{Document, Need},
    platform::Platform,
    source::Sources,
};

/// Reports tutorials under `after` that are not for one of the page's platforms, and steps of theirs that are not there on
/// one of a step's own.
pub(in crate::document) fn check(document: &Document, sources: &Sources, found: &mut Vec<Diagnostic>) {
    for after in &document.after {
        let lacking = document.platforms.iter().find(|platform| run_of(&after.document, platform).is_none());
        if let Some(platform) = lacking {
            let message = format!("`{}` is not for {platform}, and this page is", after.written.value);
            let error =
                Diagnostic::error("after-elsewhere", message, after.written.span, "cannot run first there");
            found.push(match after.document.front.platforms.first() {
                Some(first) => error.also(first.span, "its own platforms"),
                None => error,
            });
        }
    }
    for block in &document.blocks {
        for need in block.needs.iter().chain(&block.stops) {
            let Some(other) = need.document.and_then(|source| earlier(document, source)) else { continue };
            let platforms = document.platforms.iter().enumerate();
            let mut own = platforms.filter(|(index, _)| block.runs.iter().any(|run| run.index() == *index));
            if let Some((_, platform)) = own.find(|(_, platform)| !has(other, need, platform)) {
                let name = sources.slice(need.id.span);
                let message = format!("the step `{name}` is not there on {platform}");
                let error =
                    Diagnostic::error("step-elsewhere", message, need.id.span, "on other platforms only");
                found.push(
                    error.help(
                        "say with `platform=` where this step is, or give the other one more platforms",
                    ),
                );
            }
        }
    }
}

/// The platform of a tutorial that runs before a page which runs on `platform`. One that tells no variants apart is for
/// all of them.
fn run_of(earlier: &Document, platform: &Platform) -> Option<crate::document::Variant> {
    earlier.variant(Some(platform)).or_else(|| {
        let plain = Platform::plain(platform.system);
        earlier.variant(Some(&plain)).filter(|run| {
            earlier.platforms.get(run.index()).is_none_or(|platform| platform.variant.is_none())
        })
    })
}

fn has(earlier: &Document, need: &Need, platform: &Platform) -> bool {
    let Some(run) = run_of(earlier, platform) else { return true };
    let is = |block: &crate::document::Block| {
        block.runs.contains(run) && block.id.as_ref().is_some_and(|id| id.value == need.id.value)
    };
    earlier.blocks.iter().any(is)
}

/// The tutorial with that text, among those that run before the page.
fn earlier(document: &Document, source: crate::source::SourceId) -> Option<&Document> {
    document.after.iter().find_map(|after| {
        if after.document.source == source {
            Some(&*after.document)
        } else {
            earlier(&after.document, source)
        }
    })
}
