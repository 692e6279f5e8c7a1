//! The files that a reader of one side has in the end, as far as its blocks say so.

use std::collections::BTreeMap;

use super::{
    certificates::{Certificate, certificates},
    mapping::{View, is_absolute},
    patched::patched,
    side::Side,
};
use crate::{
    document::{Block, BlockKind, StepId},
    source::{Fragments, Span, Spanned},
};

/// What one side comes to.
#[derive(Debug, Default)]
pub(super) struct End {
    /// By their places, in the form in which they are compared.
    pub(super) files: BTreeMap<String, Known>,
    /// The directories of which a list names all files, each with the last such list.
    pub(super) lists: BTreeMap<String, Span>,
    /// The certificates of blocks, in order.
    pub(super) certificates: Vec<Certificate>,
}

/// A file of a reader.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Its path as the page shows it.
    pub(super) path: String,
    /// Where that is said.
    pub(super) place: Span,
    pub(super) from: From,
    /// What it holds, where blocks say so.
    pub(super) content: Option<Content>,
    /// Its permission bits, where a block writes it.
    pub(super) mode: Option<u32>,
}

/// Who says that a file is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// A block that writes it, with its id.
    Block(Option<StepId>),
    /// A block that changes it: something else has made it.
    Change,
    /// A certificate block, for the item of this kind and id.
    Certificate(&'static str, String),
    /// A list alone: commands have made it.
    List,
}

/// What blocks have put into a file.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) text: String,
    /// The language of the block that wrote it.
    pub(super) format: String,
    /// Whether this is all of it.
    pub(super) whole: bool,
}

impl End {
    /// What the blocks of `side` come to.
    pub(super) fn of(side: &Side<'_>, view: &View<'_>) -> Self {
        let mut end = Self::default();
        for block in &side.blocks {
            match &block.kind {
                BlockKind::File { path, mode, append, format } => {
                    end.write(block, (path, *mode, *append, format), view);
                }
                BlockKind::Patch { path, .. } => end.patch(block, path, view),
                BlockKind::Files { dir } => end.list(block, dir, view),
                BlockKind::Certificate { .. } => end.make(block, view),
                _ => {}
            }
        }
        end
    }

    fn write(
        &mut self,
        block: &Block,
        (path, mode, append, format): (&Spanned<String>, Option<u32>, bool, &str),
        view: &View<'_>,
    ) {
        let shown = view.path(path);
        let key = view.key(&shown);
        let text = view.filled(&block.text).text().to_owned();
        if append {
            self.add(key, shown, block.fence, &text);
            return;
        }
        let known = Known {
            path: shown,
            place: block.fence,
            from: From::Block(block.id.as_ref().map(|id| id.value.clone())),
            content: Some(Content { text, format: format.to_owned(), whole: true }),
            mode: Some(mode.unwrap_or(0o644)),
        };
        self.files.insert(key, known);
    }

    /// Text that is added to a file.
    fn add(&mut self, key: String, path: String, place: Span, text: &str) {
        let content = || Content { text: String::new(), format: String::new(), whole: false };
        let known = self.files.entry(key).or_insert_with(|| Known {
            path,
            place,
            from: From::Change,
            content: None,
            mode: None,
        });
        known.content.get_or_insert_with(content).text.push_str(text);
    }

    fn patch(&mut self, block: &Block, path: &Spanned<String>, view: &View<'_>) {
        let BlockKind::Patch { patch, .. } = &block.kind else { return };
        let shown = view.path(path);
        let key = view.key(&shown);
        let line = |hunk: usize, at: usize| {
            let range =
                patch.hunks.get(hunk).and_then(|hunk| hunk.lines.get(at)).map(|line| line.text.clone());
            let mut part = Fragments::new(block.text.source(), block.text.span(0..0).start);
            part.push_part(&block.text, range.unwrap_or(0..0));
            view.filled(&part).text().to_owned()
        };
        let known =
            self.files.get_mut(&key).filter(|known| known.content.as_ref().is_some_and(|it| it.whole));
        let Some(known) = known else {
            self.add(key, shown, block.fence, view.filled(&block.text).text());
            return;
        };
        // Where a hunk does not fit, which a run tells, it is no longer known what the file holds.
        known.content = known.content.take().and_then(|content| {
            let text = patched(&content.text, patch, line)?;
            Some(Content { text, ..content })
        });
    }

    /// What a list names is all that its directory holds: what is not there any more, a command has taken away.
    fn list(&mut self, block: &Block, dir: &Spanned<String>, view: &View<'_>) {
        let shown = view.path(dir);
        let dir = view.key(&shown);
        let mut names: BTreeMap<String, Known> = BTreeMap::new();
        let mut start = 0;
        for line in block.text.text().split_inclusive('\n') {
            let place = block.text.span(start..start + line.trim_end().len());
            start += line.len();
            let name = Spanned::new(line.trim().trim_end_matches('/').to_owned(), place);
            if name.value.is_empty() {
                continue;
            }
            let name = view.path(&name);
            let separator = if shown.contains('\\') { '\\' } else { '/' };
            let path = format!("{}{separator}{name}", shown.trim_end_matches(['/', '\\']));
            let known = Known { path, place, from: From::List, content: None, mode: None };
            names.insert(in_directory(&dir, &view.name(&name)), known);
        }
        self.files.retain(|key, _| directory(key) != dir || names.contains_key(key));
        for (key, known) in names {
            self.files.entry(key).or_insert(known);
        }
        self.lists.insert(dir, block.fence);
    }

    fn make(&mut self, block: &Block, view: &View<'_>) {
        for made in certificates(block, view) {
            let dir = view.key(&made.dir);
            for name in &made.files {
                let separator = if made.dir.contains('\\') { '\\' } else { '/' };
                let known = Known {
                    path: format!("{}{separator}{name}", made.dir.trim_end_matches(['/', '\\'])),
                    place: made.place,
                    from: From::Certificate(made.kind, made.id.clone()),
                    content: None,
                    mode: None,
                };
                self.files.insert(in_directory(&dir, &view.name(name)), known);
            }
            self.certificates.push(made);
        }
    }

    /// The list that names all files of the directory of a path.
    pub(super) fn list_for(&self, key: &str) -> Option<Span> {
        self.lists.get(directory(key)).copied()
    }

    /// The certificate of that kind and id.
    pub(super) fn certificate(&self, kind: &str, id: &str) -> Option<&Certificate> {
        self.certificates.iter().find(|known| known.kind == kind && known.id == id)
    }
}

impl Known {
    /// Whether it is known from where its path starts.
    pub(super) fn is_absolute(&self) -> bool {
        is_absolute(&self.path)
    }
}

/// The directory of a path in the form in which it is compared; empty: the session's own.
pub(super) fn directory(key: &str) -> &str {
    match key.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
        None => "",
    }
}

pub(super) fn in_directory(dir: &str, name: &str) -> String {
    match dir {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{dir}/{name}"),
    }
}
