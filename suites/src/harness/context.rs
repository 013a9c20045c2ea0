use std::sync::Arc;

use storeproof::{
    codec::Codec,
    storage::{Result, Store, WatchOptions},
};
use storeproof_fixtures::objects::Pod;
use tokio::time::timeout;

use super::{
    AnyProvider, BoundHooks, Capability, Case, Fault, Instance, Isolation, Journal, Keys, Opening,
    Sample, ScriptedCodec, ScriptedTransformer, Sealing, Settings, Subject, Trace, Verdict,
    Watching, deadline,
};

/// A store of a property's own, and what is noted of it.
pub struct Apart {
    /// The store, which notes what is asked of it.
    pub instance: Instance,
    journal: Journal,
}

impl Apart {
    /// Notes in `trace` what is asked of a store.
    pub(crate) fn new(mut instance: Instance, trace: Trace) -> Self {
        let journal = Journal::new(instance.store, trace);
        instance.store = Arc::new(journal.clone());
        Self { instance, journal }
    }

    /// The store as what notes.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What was noted.
    pub fn trace(&self) -> &Trace {
        self.journal.trace()
    }

    /// Starts a watch.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn watch(&self, key: &str, options: WatchOptions<Pod>) -> Result<Watching> {
        Watching::start(&self.journal, key, options).await
    }

    /// Closes the store, and hands out what was noted.
    pub async fn close(self) -> Trace {
        self.instance.close().await;
        self.journal.trace().clone()
    }
}

/// What a case gets: a store of its own below a fresh prefix, the parts it can direct, and the field's verbs.
pub struct Context {
    store: Journal,
    trace: Trace,
    instance: Instance,
    opening: Opening,
    codec: Arc<ScriptedCodec>,
    transformer: Arc<ScriptedTransformer>,
    subject: Arc<dyn Subject>,
    settings: Settings,
}

impl Context {
    /// Opens a store for one case.
    ///
    /// # Errors
    ///
    /// Broken where the backend cannot be opened in time.
    pub(super) async fn open(
        subject: Arc<dyn Subject>,
        settings: Settings,
        case: &Case,
    ) -> Verdict<Self> {
        let codec = Arc::new(ScriptedCodec::default());
        let transformer = Arc::new(ScriptedTransformer::default());
        let exclusive = case.isolation == Isolation::Exclusive;
        let mut opening = Opening::fresh(codec.clone(), transformer.clone(), exclusive)
            .sharing_leases(case.leases);
        if !case.unsafe_deletion {
            opening = opening.without_unsafe_deletion();
        }
        let breaks = |capability| case.needs.contains(&capability);
        opening = opening.breaking(
            breaks(Capability::ClientLink),
            case.isolation == Isolation::Breaking,
        );
        let instance = open(&*subject, &opening).await?;
        let trace = Trace::default();
        Ok(Self {
            store: Journal::new(Arc::clone(&instance.store), trace.clone()),
            trace,
            instance,
            opening,
            codec,
            transformer,
            subject,
            settings,
        })
    }

    pub(super) async fn close(self) {
        // Whatever the case came to, the next one finds everything whole, or says that it does not.
        let _ = timeout(deadline::OPEN, self.heal()).await;
        let _ = timeout(deadline::OPEN, self.instance.close()).await;
    }

    /// The store under test. Every operation on it is noted for the report.
    pub fn store(&self) -> &dyn Store<Pod> {
        &self.store
    }

    /// The store under test for tasks of their own. What they do is not noted.
    pub fn shared_store(&self) -> Arc<dyn Store<Pod>> {
        Arc::clone(&self.instance.store)
    }

    /// The same with a number for each watch.
    pub(super) fn journal(&self) -> &Journal {
        &self.store
    }

    /// What was done to the store so far, and what its watches told.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the backend lets the case do beyond the contract.
    pub(super) fn hooks(&self) -> &BoundHooks {
        &self.instance.hooks
    }

    /// How the store was opened.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The codec of the store, to direct.
    pub fn codec(&self) -> &ScriptedCodec {
        &self.codec
    }

    /// The transformer of the store, to direct.
    pub fn transformer(&self) -> &ScriptedTransformer {
        &self.transformer
    }

    /// The transformer that is judged, opened with these keys.
    ///
    /// # Errors
    ///
    /// Broken where it cannot be opened in time, or none is judged.
    pub async fn open_transformer(&self, keys: &Keys) -> Verdict<Arc<dyn Sealing>> {
        let provider = self.provider()?;
        match timeout(deadline::OPEN, provider.open(keys)).await {
            Ok(Ok(transformer)) => Ok(transformer),
            Ok(Err(error)) => Err(Fault::Broken(format!(
                "The transformer could not be opened with {keys:?}: {error}"
            ))),
            Err(_) => Err(Fault::Broken(format!(
                "The transformer was not open within {:?}",
                deadline::OPEN
            ))),
        }
    }

    /// Values that were stored elsewhere, and that the transformer which is judged has to read with the first key.
    ///
    /// # Errors
    ///
    /// Broken where none is judged.
    pub fn samples(&self) -> Verdict<Vec<Sample>> {
        Ok(self.provider()?.samples())
    }

    fn provider(&self) -> Verdict<&dyn AnyProvider> {
        let provider = self.subject.provider();
        provider.ok_or_else(|| Fault::Broken("No transformer is judged".to_owned()))
    }

    /// The codec that is judged.
    ///
    /// # Errors
    ///
    /// Broken where none is judged.
    pub fn judged_codec(&self) -> Verdict<Arc<dyn Codec<Pod>>> {
        let codec = self.subject.codec();
        codec.ok_or_else(|| Fault::Broken("No codec is judged".to_owned()))
    }

    /// Seed, budget and folder for counterexamples: for property suites.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// One more store below a fresh prefix. What is done to it is noted for the report, as that of another store. The
    /// caller closes it.
    ///
    /// # Errors
    ///
    /// Broken where the backend cannot be opened in time.
    pub async fn open_another(&self) -> Verdict<Instance> {
        let apart = self.open_noted(self.trace.of_another_store()).await?;
        Ok(apart.instance)
    }

    /// One more store below a fresh prefix, for suites that need many. What is done to it is noted in a trace of its own,
    /// which the context [takes over](Trace::take_over) once that is what failed.
    ///
    /// # Errors
    ///
    /// Broken where the backend cannot be opened in time.
    pub async fn open_apart(&self) -> Verdict<Apart> {
        self.open_noted(Trace::default()).await
    }

    async fn open_noted(&self, trace: Trace) -> Verdict<Apart> {
        let mut opening = Opening::fresh(
            self.opening.codec(),
            self.opening.transformer(),
            self.opening.is_exclusive(),
        )
        .sharing_leases(self.opening.leases());
        if !self.opening.allows_unsafe_deletion() {
            opening = opening.without_unsafe_deletion();
        }
        let instance = open(&*self.subject, &opening).await?;
        Ok(Apart::new(instance, trace))
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Context")
            .field("opening", &self.opening)
            .finish_non_exhaustive()
    }
}

async fn open(subject: &dyn Subject, opening: &Opening) -> Verdict<Instance> {
    match timeout(deadline::OPEN, subject.open(opening)).await {
        Ok(Ok(instance)) => Ok(instance),
        Ok(Err(error)) => Err(Fault::Broken(format!(
            "The backend could not be opened: {error}"
        ))),
        Err(_) => Err(Fault::Broken(format!(
            "The backend was not open within {:?}",
            deadline::OPEN
        ))),
    }
}
