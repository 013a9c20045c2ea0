//! The cases can fail: a server with a mistake is noticed by a case about a requirement that the mistake violates, and by no
//! case about anything else that Kubernetes needs. The same server without mistakes passes them all.

use std::{
    process::ExitCode,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::{StreamExt, stream};
use libtest_mimic::{Arguments, Failed, Trial};
use storeproof_contract::{
    Access, Case, Endpoints, Failure, Fault as Outcome, Need, Owned, Tier, Verdict, Wish, cases,
    run,
};
use storeproof_server::{Builder, Fault, Remains, Server, fault};
use tokio::{
    runtime::{Builder as Threads, Runtime},
    sync::Mutex,
    time::{Instant, sleep},
};

/// So many cases judge a server at a time.
const AT_A_TIME: usize = 6;

/// So many servers are judged at a time, unless the command line says otherwise: cases wait more than they work.
const SERVERS: usize = 4;

/// What takes thousands of requests, goes by the clock or kills servers is judged alone, and not repeated for mistakes that have nothing to
/// do with it.
const HEAVY: [&str; 18] = [
    "CMP-07",
    "HDR-02",
    "HDR-03",
    "RNG-28",
    "RNG-30",
    "TXN-11",
    "WCH-28",
    "WCH-29",
    "WCH-30",
    "LIM-01",
    "LIM-08",
    "LIN-CHAIN",
    "LIN-PUT",
    "LSE-05",
    "LSE-11",
    "LSE-13",
    "V-ORDER",
    "V-BOOKMARK",
];

/// So many of the last requests and answers are shown of a case that failed.
const LINES: usize = 20;

/// How long a port may take to be free again, and how often that is tried.
const FREE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

/// Users are beyond the server, and so are members that learn.
const BEYOND: [&str; 2] = ["contract::auth::", "contract::cluster::member::"];
/// What it can be asked of members all the same.
const LISTED: &str = "CLU-01";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(SERVERS);
    let runtime = Threads::new_multi_thread().enable_all().build();
    let runtime = Arc::new(runtime.expect("a runtime can be made"));
    // Held for writing by the sound server's trial: it must not run out of time because wrong ones take all of it.
    let crowd = Arc::new(RwLock::new(()));
    let (control, alone) = (Arc::clone(&runtime), Arc::clone(&crowd));
    let mut trials = vec![Trial::test("control::passes_every_case", move || {
        let _alone = alone.write().unwrap_or_else(PoisonError::into_inner);
        control.block_on(passes())
    })];
    trials.extend(fault::all().map(|fault| trial(fault, &runtime, &crowd)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(fault: Fault, runtime: &Arc<Runtime>, crowd: &Arc<RwLock<()>>) -> Trial {
    let (runtime, crowd) = (Arc::clone(runtime), Arc::clone(crowd));
    Trial::test(fault.id, move || {
        let _beside = crowd.read().unwrap_or_else(PoisonError::into_inner);
        runtime.block_on(is_noticed(fault))
    })
}

async fn passes() -> Result<(), Failed> {
    let verdicts = judged(Vec::new(), playable().collect()).await;
    let wrong: Vec<String> = verdicts.iter().filter_map(blame).collect();
    none(&wrong, "The server without mistakes fails these cases")
}

async fn is_noticed(fault: Fault) -> Result<(), Failed> {
    let about = |case: &Case| fault.breaks().any(|id| names(case, id));
    let chosen =
        playable().filter(|case| about(case) || (case.tier == Tier::Kubernetes && !is_heavy(case)));
    let (guilty, innocent): (Vec<_>, Vec<_>) = judged(vec![fault], chosen.collect())
        .await
        .into_iter()
        .partition(|(case, _)| about(case));
    let noticed = |verdict: &Verdict| matches!(verdict, Err(Outcome::Failed(_)));
    let wrong: Vec<String> = innocent.iter().filter_map(blame).collect();
    if !guilty.iter().any(|(_, verdict)| noticed(verdict)) {
        let asked: Vec<String> = guilty.iter().map(|(case, _)| case.id()).collect();
        let about = fault.about;
        return Err(format!("No case notices that {about:?}. Asked: {asked:?}").into());
    }
    none(&wrong, "Cases about something else fail")
}

/// What a server is blamed for. A case that can say nothing blames nobody.
fn blame((case, verdict): &(&'static Case, Verdict)) -> Option<String> {
    match verdict {
        Ok(()) | Err(Outcome::Inconclusive(_)) => None,
        Err(outcome) => Some(told(case, outcome)),
    }
}

fn none(wrong: &[String], what: &str) -> Result<(), Failed> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{what}:\n{}", wrong.join("\n")).into())
    }
}

/// The cases that a single server without TLS can be asked.
fn playable() -> impl Iterator<Item = &'static Case> {
    let beyond = |need: &Need| matches!(need, Need::OwnCluster | Need::Tls);
    cases::all()
        .filter(|case| case.tier != Tier::Hazard && !is_beyond(case))
        .filter(move |case| !case.needs.iter().any(beyond))
}

fn is_beyond(case: &Case) -> bool {
    let id = case.id();
    BEYOND.iter().any(|topic| id.starts_with(topic)) && !names(case, LISTED)
}

fn is_heavy(case: &Case) -> bool {
    case.needs.contains(&Need::Control) || HEAVY.iter().any(|id| names(case, id))
}

fn names(case: &Case, requirement: &str) -> bool {
    case.source.split_whitespace().any(|id| id == requirement)
}

/// What becomes of cases on a server with mistakes: first those that share it, then those that need it for themselves.
async fn judged(faults: Vec<Fault>, chosen: Vec<&'static Case>) -> Vec<(&'static Case, Verdict)> {
    let shared = Server::builder().faults(faults.clone()).start().await;
    let shared = shared.expect("the loopback interface has a free port");
    let access: Arc<dyn Access> = Arc::new(One {
        url: shared.url(),
        faults,
    });
    let (alone, others): (Vec<_>, Vec<_>) = chosen
        .into_iter()
        .partition(|case| case.needs.contains(&Need::Quiet) || is_heavy(case));
    let judge = |case: &'static Case| {
        let access = Arc::clone(&access);
        async move { (case, run(case, access).await) }
    };
    let beside = stream::iter(others.into_iter().map(judge)).buffer_unordered(AT_A_TIME);
    let mut verdicts: Vec<_> = beside.collect().await;
    for case in alone {
        verdicts.push(judge(case).await);
    }
    shared.stop().await;
    verdicts
}

fn told(case: &Case, outcome: &Outcome) -> String {
    let what = match outcome {
        Outcome::Failed(failure) => {
            let Failure {
                expected, observed, ..
            } = &**failure;
            let before = failure.operations.len().saturating_sub(LINES);
            let operations = failure.operations.iter().skip(before);
            let operations: Vec<&str> = operations.map(String::as_str).collect();
            let operations = operations.join("\n    ");
            format!("expected: {expected}\n  observed: {observed}\n    {operations}")
        }
        Outcome::Unsupported(reason) => format!("not supported: {reason}"),
        Outcome::Inconclusive(reason) => format!("inconclusive: {reason}"),
        Outcome::Broken(reason) => format!("broken: {reason}"),
    };
    format!("{} ({})\n  {what}", case.id(), case.source)
}

/// A server with mistakes, and others with the same ones.
#[derive(Debug)]
struct One {
    url: String,
    faults: Vec<Fault>,
}

#[async_trait::async_trait]
impl Access for One {
    fn shared(&self) -> Endpoints {
        endpoints(self.url.clone())
    }

    async fn start(&self, wish: &Wish) -> Result<Box<dyn Owned>, String> {
        if wish.cluster || wish.tls {
            return Err("the server is one member without TLS".to_owned());
        }
        let builder = Server::builder().faults(self.faults.clone());
        let builder = wish
            .flags
            .iter()
            .try_fold(builder, |builder, flag| flagged(builder, flag))?;
        Ok(Box::new(Own::start(builder).await?))
    }
}

/// The server's word for a flag of etcd.
fn flagged(builder: Builder, flag: &str) -> Result<Builder, String> {
    let unknown = || format!("the server has no flag {flag}");
    let (name, value) = flag.split_once('=').ok_or_else(unknown)?;
    let number = || value.parse::<usize>().map_err(|_| unknown());
    Ok(match name {
        "--max-request-bytes" => builder.max_request_bytes(number()?),
        "--max-txn-ops" => builder.max_txn_ops(number()?),
        "--quota-backend-bytes" => builder.quota_bytes(number()?),
        // One member knows no other cluster.
        "--initial-cluster-token" => builder.cluster(value),
        "--experimental-watch-progress-notify-interval" => {
            let milliseconds = value.strip_suffix("ms").and_then(|text| text.parse().ok());
            let interval = milliseconds.map(Duration::from_millis);
            builder.progress_interval(interval.ok_or_else(unknown)?)
        }
        _ => return Err(unknown()),
    })
}

fn endpoints(url: String) -> Endpoints {
    Endpoints {
        urls: vec![url],
        ..Endpoints::default()
    }
}

/// A server with threads of its own, so that it can end in the middle of whatever it does.
#[derive(Debug)]
struct Own {
    url: String,
    address: String,
    running: Mutex<Option<(Runtime, Server)>>,
    remains: Remains,
}

impl Own {
    async fn start(builder: Builder) -> Result<Self, String> {
        let (runtime, server) = Self::begin(builder).await?;
        Ok(Self {
            url: server.url(),
            address: server.address().to_string(),
            remains: server.remains(),
            running: Mutex::new(Some((runtime, server))),
        })
    }

    async fn begin(builder: Builder) -> Result<(Runtime, Server), String> {
        let mut threads = Threads::new_multi_thread();
        let threads = threads.worker_threads(1).enable_all().build();
        let threads = threads.map_err(|error| error.to_string())?;
        let server = threads.spawn(builder.start()).await;
        match server.map_err(|error| error.to_string())? {
            Ok(server) => Ok((threads, server)),
            Err(error) => {
                threads.shutdown_background();
                Err(error.to_string())
            }
        }
    }
}

#[async_trait::async_trait]
impl Owned for Own {
    fn endpoints(&self) -> Endpoints {
        endpoints(self.url.clone())
    }

    async fn kill(&self, _: usize) -> Result<(), String> {
        let mut running = self.running.lock().await;
        let (threads, server) = running.take().ok_or("it is dead already")?;
        threads.shutdown_background();
        drop(server);
        Ok(())
    }

    async fn end(&self, member: usize) -> Result<(), String> {
        self.kill(member).await
    }

    async fn pause(&self, _: usize) -> Result<(), String> {
        Err("the server lives in this process".to_owned())
    }

    async fn heal(&self) -> Result<(), String> {
        let mut running = self.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let begun = Instant::now();
        // The port is free once the last of the threads has let go of it.
        loop {
            let address = self.address.clone();
            let next = Server::builder().bind(address).over(self.remains.clone());
            match Self::begin(next).await {
                Ok(next) => {
                    *running = Some(next);
                    return Ok(());
                }
                Err(error) if begun.elapsed() > FREE => return Err(error),
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    async fn stop(self: Box<Self>) {
        // Dropping the threads where others run would wait for them.
        let _ = self.kill(0).await;
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some((threads, _)) = self.running.get_mut().take() {
            threads.shutdown_background();
        }
    }
}
