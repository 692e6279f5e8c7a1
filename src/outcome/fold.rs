//! Adds events up to outcomes: a step is its last attempt, a document the worst of its steps.

use super::{
    Counts, Event, Finished, Stamped, State, StepKind, StepPlace,
    settled::{Settled, Total},
};

/// One document of a run.
#[derive(Clone, Debug)]
pub struct DocumentFold {
    /// The page, from the root.
    pub document: String,
    /// The page's platform.
    pub platform: Option<String>,
    /// The machine's system.
    pub host: String,
    /// How many steps it announced.
    pub planned: usize,
    /// Programs in whose place others were to run.
    pub stand_ins: Vec<String>,
    /// The version of the Wine under which its steps for Windows run.
    pub wine: Option<String>,
    /// Its steps as far as they have ended, in their order, each folded from its last attempt. The outputs and the diff
    /// are kept only of those that someone will want to look at: drifted, failed, new.
    pub steps: Vec<Finished>,
    /// The step that has started and not ended: running, or cut off where the stream ends.
    pub running: Option<StepPlace>,
    /// Why it ended so, where no step says it.
    pub reason: Option<String>,
    /// Where its scratch directory was kept.
    pub scratch: Option<String>,
    /// How long it took; 0 before its end.
    pub seconds: f64,
    /// The state that it said it ended in; `None`: it did not end.
    ended: Option<State>,
    run: String,
}

impl DocumentFold {
    /// The worst of its steps' states; failed where the document says so, and where it never ended.
    #[must_use]
    pub fn state(&self) -> State {
        let ended = self.ended.unwrap_or(State::Failed);
        self.all().worst.map_or(ended, |worst| worst.max(ended))
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.ended.is_some()
    }

    /// Its steps in each state.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.all().counts
    }

    /// All its steps, added up.
    pub(super) fn all(&self) -> Settled {
        Settled::of(&self.steps)
    }

    /// The programs in whose place others ran; none where nothing ran.
    #[must_use]
    pub fn stood_in(&self) -> &[String] {
        if self.has_run() { &self.stand_ins } else { &[] }
    }

    /// The version of the Wine under which it ran; `None` where nothing did.
    #[must_use]
    pub fn under_wine(&self) -> Option<&str> {
        self.wine.as_deref().filter(|_| self.has_run())
    }

    /// `macos page on linux`, where it ran on another system than its platform's.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let platform = self.platform.as_deref()?;
        let system = platform.split('/').next().unwrap_or(platform);
        let under = self.under_wine().map(|version| format!(" under Wine {version}")).unwrap_or_default();
        (!self.host.is_empty() && system != self.host)
            .then(|| format!("{platform} page on {}{under}", self.host))
    }

    fn has_run(&self) -> bool {
        self.all().ran
    }
}

/// All documents of a run, or of several runs merged.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    /// In the order in which they started. Of a brief fold ([`Fold::brief`]) only those that have not ended.
    pub documents: Vec<DocumentFold>,
    /// How long the run took (of several: the longest); 0 before its end.
    pub seconds: f64,
    host: String,
    run: String,
    started: usize,
    finished: usize,
    /// The documents that have ended and are not kept one by one, in a brief fold.
    brief: Option<Total>,
}

impl Fold {
    /// Nothing yet, of a run on `host`: the name of the machine's system.
    #[must_use]
    pub fn new(host: impl Into<String>) -> Self {
        Self { host: host.into(), ..Self::default() }
    }

    /// One that keeps of documents that have ended only what they add up to: in a run of thousands they are much.
    #[must_use]
    pub fn brief(mut self) -> Self {
        self.brief = Some(Total::default());
        self
    }

    /// A saved stream's event: it says itself which run and machine it comes from, so streams may come one after
    /// another or mixed. Returns what [`push`](Self::push) does.
    pub fn push_stamped(&mut self, stamped: &Stamped) -> Option<DocumentFold> {
        self.host.clone_from(&stamped.host);
        self.run.clone_from(&stamped.run);
        self.push(&stamped.event)
    }

    /// The next event. Returns the document that ends with it, where the fold is brief and so does not keep it.
    pub fn push(&mut self, event: &Event) -> Option<DocumentFold> {
        match event {
            Event::RunStarted { .. } => self.started += 1,
            Event::DocumentStarted { document, platform, steps, stand_ins, wine } => {
                let position = self.begin(document, platform.as_deref());
                let fold = &mut self.documents[position];
                fold.planned = *steps;
                fold.stand_ins.clone_from(stand_ins);
                fold.wine.clone_from(wine);
            }
            Event::StepStarted { place, .. } => self.document(place).running = Some(place.clone()),
            Event::StepFinished(finished) => self.document(&finished.place).end(finished),
            Event::DocumentFinished { document, platform, state, reason, scratch, seconds, .. } => {
                let position = self.current(document, platform.as_deref());
                let fold = &mut self.documents[position];
                fold.ended = Some(*state);
                fold.reason.clone_from(reason);
                fold.scratch.clone_from(scratch);
                fold.seconds = *seconds;
                if let Some(total) = &mut self.brief {
                    total.add(fold);
                    return Some(self.documents.remove(position));
                }
            }
            Event::RunFinished { seconds, .. } => {
                self.finished += 1;
                self.seconds = self.seconds.max(*seconds);
            }
        }
        None
    }

    /// The steps of the documents that it keeps.
    pub fn steps(&self) -> impl Iterator<Item = &Finished> {
        self.documents.iter().flat_map(|document| &document.steps)
    }

    /// All steps in each state.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.total().steps.counts
    }

    /// The worst state of any step.
    #[must_use]
    pub fn worst(&self) -> Option<State> {
        self.total().steps.worst
    }

    /// All documents, added up.
    pub(super) fn total(&self) -> Total {
        let mut total = self.brief.clone().unwrap_or_default();
        self.documents.iter().for_each(|document| total.add(document));
        total
    }

    /// Whether every run in it has come to its end.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.finished > 0 && self.finished >= self.started
    }

    /// Whether a step ran at all. Cleanup alone proves nothing: it runs whatever happened.
    #[must_use]
    pub fn anything_ran(&self) -> bool {
        self.total().steps.proves
    }

    /// The exit status: 0 where all that ran is as expected; 1 where something failed, drifted or is new (and was not
    /// accepted in this very run), is unverified and that is not allowed (`strict`), where nothing ran, and where the
    /// run did not come to its end. What stopped it from outside (130, 143) is not in the events.
    #[must_use]
    pub fn exit_code(&self, strict: bool) -> u8 {
        let Total { steps, failed, .. } = self.total();
        let wrong = steps.wrong || strict && steps.counts.unverified > 0;
        u8::from(!self.is_finished() || failed || !steps.proves || wrong)
    }

    /// The fold of the step's document.
    fn document(&mut self, place: &StepPlace) -> &mut DocumentFold {
        let position = self.current(&place.document, place.platform.as_deref());
        &mut self.documents[position]
    }

    /// Where the document's fold that has not ended is; a new one where a stream lacks its beginning. Looked for from the
    /// end: of few that run at once, in a list that grows there.
    fn current(&mut self, document: &str, platform: Option<&str>) -> usize {
        let position = self.documents.iter().rposition(|fold| {
            fold.ended.is_none()
                && fold.document == document
                && fold.platform.as_deref() == platform
                && fold.run == self.run
        });
        position.unwrap_or_else(|| self.begin(document, platform))
    }

    fn begin(&mut self, document: &str, platform: Option<&str>) -> usize {
        self.documents.push(DocumentFold {
            document: document.to_owned(),
            platform: platform.map(str::to_owned),
            host: self.host.clone(),
            planned: 0,
            stand_ins: Vec::new(),
            wine: None,
            steps: Vec::new(),
            running: None,
            reason: None,
            scratch: None,
            seconds: 0.0,
            ended: None,
            run: self.run.clone(),
        });
        self.documents.len() - 1
    }
}

impl DocumentFold {
    /// An attempt at a step ended. Only a later attempt can have a fold already, and a service, which can end after it
    /// was ready.
    fn end(&mut self, finished: &Finished) {
        self.running = None;
        let earlier = (finished.attempt > 1 || finished.kind == StepKind::Service)
            .then(|| self.steps.iter().rposition(|step| step.place == finished.place))
            .flatten();
        match earlier {
            Some(position) => self.steps[position] = kept(finished),
            None => self.steps.push(kept(finished)),
        }
    }
}

/// What is kept of a step: a run of thousands must not keep the outputs of all.
fn kept(finished: &Finished) -> Finished {
    if matches!(finished.state, State::Drifted | State::Failed | State::New) {
        return finished.clone();
    }
    Finished {
        place: finished.place.clone(),
        stdout: String::new(),
        stderr: String::new(),
        expected: None,
        diff: None,
        reason: finished.reason.clone(),
        changed: finished.changed.clone(),
        certificates: Vec::new(),
        rewrite: None,
        ..*finished
    }
}
