//! From a page's files to its blocks: each read where it stands, those of included files where these are included.

use std::ops::Range;

use super::{
    build::part,
    context::Context,
    fronts::{Reached, merged, unreached},
    links::{Entry, link},
    part::Part,
    places::{Include, Place, Variants},
};
use crate::{
    diagnostic::Diagnostic,
    document::{
        After, Block, FrontMatter, Runnable, Runs, Variant, Workspace,
        attributes::{Attributes, Choice, Class, choose, scan, scan_bare},
        coverage::looks_executable,
        markdown::{Fence, Item, check},
        page::Page,
        texts::Texts,
        values,
    },
    platform::Platform,
    source::{SourceId, Sources, Span, Spanned},
};

/// So often files may be included in one page: those that include others twice over would never end.
const MOST_INCLUDES: usize = 1000;

/// What blocks are made of.
#[derive(Clone, Copy)]
pub(in crate::document) struct Input<'a> {
    pub(in crate::document) page: SourceId,
    pub(in crate::document) texts: &'a Texts,
    pub(in crate::document) sources: &'a Sources,
    pub(in crate::document) workspace: &'a dyn Workspace,
    pub(in crate::document) front: &'a FrontMatter,
    pub(in crate::document) after: &'a [After],
}

/// The blocks of a page.
pub(in crate::document) struct Collected {
    /// The platforms that the page names, each a run of its own.
    pub(in crate::document) platforms: Vec<Platform>,
    /// What holds in its runs, where it includes tutorials.
    pub(in crate::document) merged: Vec<(Runs, FrontMatter)>,
    /// In the page's order.
    pub(in crate::document) blocks: Vec<Block>,
    /// The blocks that look executable, tagged or not.
    pub(in crate::document) runnable: Vec<Runnable>,
    /// All fences of ours, also those that could not be read, with their fences' lines.
    pub(in crate::document) ours: Vec<Span>,
}

/// Makes blocks of the fences, and reports what is wrong with each and between them.
pub(in crate::document) fn collect(input: Input<'_>, found: &mut Vec<Diagnostic>) -> Collected {
    let mut collector = Collector {
        input,
        found,
        entries: Vec::new(),
        runnable: Vec::new(),
        ours: Vec::new(),
        named: Vec::new(),
        includes: 0,
        reached: Vec::new(),
    };
    collector.file(input.page, &Place::default());
    let Collector { mut entries, runnable, ours, named, reached, .. } = collector;
    let variants = Variants::new(&input.front.platforms, &named);
    if variants.platforms.len() + 1 >= Variant::MOST {
        let message = format!("a page runs on {} platforms at most", Variant::MOST - 2);
        let error = Diagnostic::error("too-many-platforms", message, input.front.span, "names more");
        found.push(error.help("make several pages of it"));
    }
    let runnable = runnable.into_iter().map(|(block, place)| Runnable { runs: variants.of(&place), ..block });
    let runnable = runnable.collect();
    let dead = unreached(&reached, &variants, found);
    for entry in &mut entries {
        entry.unreached = entry.place.include.is_some_and(|include| dead[include.number]);
    }
    let merged = merged(input, &reached, &variants, found);
    let blocks = link(entries, &variants, found);
    Collected { platforms: variants.platforms, merged, blocks, runnable, ours }
}

struct Collector<'a, 'f> {
    input: Input<'a>,
    found: &'f mut Vec<Diagnostic>,
    entries: Vec<Entry>,
    /// What looks executable, with where it stands; its runs are known at the end.
    runnable: Vec<(Runnable, Place)>,
    ours: Vec<Span>,
    /// All platforms that tabs and attributes name, in order.
    named: Vec<Platform>,
    includes: usize,
    /// The tutorials that are included.
    reached: Vec<Reached>,
}

impl Collector<'_, '_> {
    /// The blocks of a file that stands at `outer`.
    fn file(&mut self, file: SourceId, outer: &Place) {
        let page = Page { source: file, text: self.input.sources.get(file).text() };
        let texts = self.input.texts;
        let mut place = outer.clone();
        let mut open: Option<Span> = None;
        for item in texts.items(file) {
            match item {
                Item::Fence(fence) => self.fence(fence.clone(), &place, page),
                Item::Tab { span, names } => {
                    if let Some(tab) = outer.tab {
                        let message = "a tab stands inside of another";
                        self.found.push(
                            Diagnostic::error("nested-tab", message, *span, "begins inside")
                                .also(tab, "this tab includes the file")
                                .help("say with `platform=` which blocks of the file are for one platform"),
                        );
                    } else {
                        open = Some(*span);
                        place = self.tab(names, *span, outer);
                    }
                }
                Item::End(span) => {
                    if open.take().is_none() && outer.tab.is_none() {
                        let message = "`tutor:end` stands behind no tab";
                        let error = Diagnostic::error("end-without-tab", message, *span, "ends nothing");
                        self.found
                            .push(error.help("tabs begin with a comment like `<!-- tutor:tab macos -->`"));
                    }
                    place = outer.clone();
                }
                Item::Include { comment, .. } => self.include(file, comment, &place),
            }
        }
        if let Some(tab) = open {
            let message = "the tab is never ended";
            let error = Diagnostic::error("unclosed-tab", message, tab, "the last tab begins here");
            self.found.push(error.help("put `<!-- tutor:end -->` behind its last block"));
        }
    }

    fn tab(&mut self, names: &[Spanned<String>], span: Span, outer: &Place) -> Place {
        let platforms = values::platforms(names, self.found);
        if platforms.is_empty() {
            // That was reported, and is no reason to call its blocks unreachable.
            return Place { tab: Some(span), ..outer.clone() };
        }
        self.named.extend(platforms.iter().map(|platform| platform.value.clone()));
        let narrowed = outer.narrowed(&platforms);
        Place { platforms: Some(narrowed), tab: Some(span), placed: true, ..outer.clone() }
    }

    fn include(&mut self, file: SourceId, comment: &Range<usize>, place: &Place) {
        let at = comment.start;
        let Some(target) = self.input.texts.included(file, at) else { return };
        self.includes += 1;
        match self.includes {
            ..=MOST_INCLUDES => {
                let inner = self.included(target, Span::new(file, comment.clone()), place);
                self.file(target, &inner);
            }
            count if count == MOST_INCLUDES + 1 => {
                let message = format!("the page includes more than {MOST_INCLUDES} files");
                let span = Span::new(file, at..at + "<!--".len());
                self.found.push(Diagnostic::error("too-many-includes", message, span, "one too many"));
            }
            _ => {}
        }
    }

    /// The place of what an included file holds: that of the comment, and where it is a tutorial, its own platforms'. The
    /// tabs of a tutorial are its own, as they are where it runs by itself, and so are its recordings.
    fn included(&mut self, file: SourceId, comment: Span, place: &Place) -> Place {
        let Some(front) = self.input.texts.front(file) else { return place.clone() };
        let platforms = if front.platforms.is_empty() {
            place.platforms.clone()
        } else {
            self.named.extend(front.platforms.iter().map(|platform| platform.value.clone()));
            Some(place.narrowed(&front.platforms))
        };
        let include = Some(Include { number: self.reached.len(), comment });
        let inner =
            Place { platforms, tab: None, placed: false, include, tutorial: Some(file), ..place.clone() };
        self.reached.push(Reached { file, comment, outer: place.clone(), inner: inner.clone() });
        inner
    }

    fn fence(&mut self, fence: Fence, place: &Place, page: Page<'_>) {
        let info = scan(page.text, fence.info.clone());
        let choice = choose(&info, page, self.found);
        let bare = fence.comment.clone().map(|inside| scan_bare(page.text, inside));
        let ours = bare.is_some() || !matches!(choice, Choice::Foreign);
        check(&fence, ours, page, self.found);
        let group = match (&bare, choice) {
            (None, Choice::Foreign) => {
                self.runnable(&fence, info.language.as_ref(), false, place, page);
                return;
            }
            (None, Choice::Misspelt) => {
                // What it would have been is not known, so neither is what belongs to it.
                self.add(Part::Unread(None, None), place.clone(), &fence, page);
                return;
            }
            (None, Choice::Ours(group)) => group,
            (Some(bare), choice) => {
                if let Choice::Ours(group) = choice {
                    let message = "the attributes stand in a comment and in braces";
                    let again = page.span(group.range.clone());
                    self.found.push(
                        Diagnostic::error("two-groups", message, again, "and again here")
                            .also(page.span(bare.range.clone()), "attributes here")
                            .help("put them in one place"),
                    );
                }
                bare
            }
        };
        self.ours.push(page.span(fence.block.clone()));
        if let Some(comment) = &fence.comment {
            self.ours.push(page.span(comment.clone()));
        }
        let attributes = Attributes::read(group, page, self.found);
        let place = self.narrowed(place, &attributes);
        let of_a_step = |class: &Spanned<Class>| matches!(class.value, Class::Output | Class::Answers);
        if !attributes.classes.iter().any(of_a_step) {
            self.runnable(&fence, info.language.as_ref(), true, &place, page);
        }
        let languages = self.input.workspace.languages(page.source);
        let context = Context { page, languages, after: self.input.after };
        let (hidden, line) = (fence.hidden, page.span(fence.line.clone()));
        let part = part(fence, &attributes, info.language.as_ref(), context, self.found);
        self.entries.push(Entry { part, place, line, hidden, unreached: false });
    }

    /// Takes a fence in that readers see and that looks executable.
    fn runnable(
        &mut self,
        fence: &Fence,
        language: Option<&Range<usize>>,
        tagged: bool,
        place: &Place,
        page: Page<'_>,
    ) {
        let Some(language) = language.filter(|_| fence.hidden.is_none()) else { return };
        let name = page.slice(language.clone());
        if looks_executable(name) {
            let language = Spanned::new(name.to_owned(), page.span(language.clone()));
            let fence = page.span(fence.line.clone());
            self.runnable.push((Runnable { fence, language, runs: Runs::NONE, tagged }, place.clone()));
        }
    }

    fn add(&mut self, part: Part, place: Place, fence: &Fence, page: Page<'_>) {
        let line = page.span(fence.line.clone());
        self.entries.push(Entry { part, place, line, hidden: fence.hidden, unreached: false });
    }

    /// The place of a block with its own `platform=`.
    fn narrowed(&mut self, place: &Place, attributes: &Attributes) -> Place {
        let Some(text) = attributes.value("platform") else { return place.clone() };
        let names = values::list(text, "platform", self.found);
        let platforms = values::platforms(&names, self.found);
        if platforms.is_empty() {
            return place.clone();
        }
        self.named.extend(platforms.iter().map(|platform| platform.value.clone()));
        let narrowed = place.narrowed(&platforms);
        Place { platforms: Some(narrowed), attribute: Some(text.span), placed: true, ..place.clone() }
    }
}
