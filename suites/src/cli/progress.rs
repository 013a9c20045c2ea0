use std::{
    io,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use crate::{
    harness::{Counts, Settings, Subject, execute},
    report::{Begun, Ended, Event, Sink},
};

/// How often the time that goes by is shown.
const TICK: Duration = Duration::from_millis(100);

/// All that a run is shown on.
pub(super) struct Sinks<'a>(pub(super) Vec<Box<dyn Sink + 'a>>);

impl Sinks<'_> {
    /// Shows an event everywhere. A place whose reader went away is shown nothing more; the others go on.
    fn each(
        &mut self,
        mut show: impl FnMut(&mut (dyn Sink + '_)) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut failed = None;
        self.0.retain_mut(|sink| match show(&mut **sink) {
            Ok(()) => true,
            Err(error) => {
                if error.kind() != io::ErrorKind::BrokenPipe {
                    failed = Some(error);
                }
                false
            }
        });
        failed.map_or(Ok(()), Err)
    }

    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.each(|sink| sink.show(event))
    }
}

/// Runs a plan and shows what happens.
///
/// # Errors
///
/// It cannot be shown, or the reports cannot be written.
pub(super) async fn drive(
    begun: Begun,
    subject: std::sync::Arc<dyn Subject>,
    settings: &Settings,
    sinks: &mut Sinks<'_>,
) -> io::Result<Counts> {
    let start = Instant::now();
    let (plan, jobs) = (begun.plan.clone(), begun.jobs);
    sinks.show(&Event::Begun(begun))?;
    let (events, mut happened) = mpsc::channel(64);
    let running = execute(&plan, subject, settings, jobs, events);
    let showing = async {
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                event = happened.recv() => match event {
                    Some(event) => sinks.show(&event)?,
                    None => return io::Result::Ok(()),
                },
                _ = tick.tick() => sinks.each(|sink| sink.tick(start.elapsed()))?,
            }
        }
    };
    let (counts, shown) = tokio::join!(running, showing);
    shown?;
    let took = start.elapsed();
    sinks.show(&Event::Ended(Ended { counts, took }))?;
    Ok(counts)
}
