//! The server: its sockets, its end.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::server::TcpIncoming;
use tonic_health::pb::health_server::HealthServer;

use crate::admission::{Admission, Bounds};
use crate::catalogue::Catalogue;
use crate::descriptor;
use crate::fallback::Fallback;
use crate::health::Healthy;
use crate::metrics::{Metrics, endpoint};
use crate::runner::{Runner, Strictness};
use crate::service::FunctionEvaluator;
use crate::signals::Signals;
use crate::tracer::Tracer;

/// How the server is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens; everywhere, if there is none.
    pub address: Option<IpAddr>,
    /// Port of the service; 0 for a free one.
    pub port: u16,
    /// Port for metrics and HTTP probes; 0 for a free one.
    pub metrics_port: Option<u16>,
    /// Largest request and largest answer, in bytes.
    pub max_message: usize,
    /// How much is done at a time.
    pub bounds: Bounds,
    /// The runner, `host:port`, for images that are not known here.
    pub fallback: Option<String>,
    /// What is asked of outputs.
    pub strictness: Strictness,
    /// After this time a connection takes no new calls, so that its caller makes another: Porch keeps one for ever, and
    /// behind a service address only a new one finds a new replica.
    pub max_connection_age: Option<Duration>,
    /// The OpenTelemetry collector for spans of calls, like `http://collector:4317`; else that of the environment. Only a
    /// program with the feature `otlp` can send them.
    pub collector: Option<String>,
    /// Between the wish to end and the end of accepting calls, time for others to learn of it.
    pub drain_delay: Duration,
}

impl Default for Settings {
    /// Porch's: port 9445, 9464 for metrics, messages of 6 MiB.
    fn default() -> Self {
        Self {
            address: None,
            port: 9445,
            metrics_port: Some(9464),
            max_message: 6 << 20,
            bounds: Bounds::default(),
            fallback: None,
            strictness: Strictness::default(),
            max_connection_age: None,
            collector: None,
            drain_delay: Duration::ZERO,
        }
    }
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A port that cannot be had.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        error: io::Error,
    },
    /// A fallback that is no address.
    #[error("`{address}` is no address of a runner: {problem}")]
    Fallback {
        /// As it was given.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// Spans that cannot be sent.
    #[error("no spans can be sent: {0}")]
    Collector(String),
    /// The surroundings.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
    /// The transport.
    #[error("the server ended: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// What a server has done, at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Calls that were still in progress: none, unless the end was asked for twice.
    pub dropped: i64,
}

/// How long connections may stay open without a call at the end. Streams that wait for nothing keep some open.
const LINGERING: Duration = Duration::from_secs(2);

/// A connection may have this many bytes of requests on the way, and a call this many: enough for messages of the
/// usual limit without a pause on a local network.
const CONNECTION_WINDOW: u32 = 16 << 20;
const CALL_WINDOW: u32 = 1 << 20;

/// A server with its sockets open.
pub struct Server {
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    runner: Arc<Runner>,
    max_connection_age: Option<Duration>,
    drain_delay: Duration,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl Server {
    /// Opens the sockets.
    ///
    /// # Errors
    /// [`ServeError::Listen`], [`ServeError::Fallback`], [`ServeError::Collector`].
    pub async fn open(settings: Settings, catalogue: Catalogue) -> Result<Self, ServeError> {
        let fallback = settings.fallback.map(|address| {
            Fallback::new(&address, settings.max_message).map_err(|problem| ServeError::Fallback { address, problem })
        });
        let listener = listen(settings.address, settings.port).await?;
        let metrics_listener = match settings.metrics_port {
            Some(port) => Some(listen(settings.address, port).await?),
            None => None,
        };
        let tracer = match (Tracer::start(settings.collector.as_deref()), settings.collector) {
            (Ok(tracer), _) => tracer,
            (Err(problem), Some(_)) => return Err(ServeError::Collector(problem)),
            // The environment may be meant for others.
            (Err(problem), None) => {
                tracing::warn!(problem, "no spans are sent");
                Tracer::none()
            }
        };
        let runner = Runner {
            catalogue,
            admission: Admission::new(settings.bounds),
            fallback: fallback.transpose()?,
            metrics: Arc::new(Metrics::default()),
            tracer,
            strictness: settings.strictness,
            max_message: settings.max_message,
        };
        let (max_connection_age, drain_delay) = (settings.max_connection_age, settings.drain_delay);
        Ok(Self { listener, metrics_listener, runner: Arc::new(runner), max_connection_age, drain_delay })
    }

    /// Where the service listens.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Where metrics are.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_listener.as_ref()?.local_addr().ok()
    }

    /// Serves until `end` is ready, then finishes the calls it has begun. Those that come on open connections while it
    /// does so are refused or answered, never lost.
    ///
    /// # Errors
    /// [`ServeError::Transport`].
    pub async fn serve(self, end: impl Future<Output = ()> + Send) -> Result<Totals, ServeError> {
        let Self { listener, metrics_listener, runner, max_connection_age, drain_delay } = self;
        let (ending, ended) = watch::channel(false);
        let health = Healthy::new(ended);
        let metrics = Arc::clone(&runner.metrics);
        let side = metrics_listener
            .map(|listener| tokio::spawn(endpoint::serve(listener, Arc::clone(&metrics), health.clone())));
        let reflect = || {
            tonic_reflection::server::Builder::configure()
                .register_file_descriptor_set(descriptor::files())
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        let broken = |error| io::Error::other(format!("reflection: {error}"));
        let mut builder = tonic::transport::Server::builder();
        if let Some(age) = max_connection_age {
            builder = builder.max_connection_age(age);
        }
        let server = builder
            .initial_connection_window_size(CONNECTION_WINDOW)
            .initial_stream_window_size(CALL_WINDOW)
            .max_concurrent_streams(256)
            .add_service(FunctionEvaluator::new(Arc::clone(&runner)))
            .add_service(HealthServer::new(health))
            .add_service(reflect().build_v1().map_err(broken)?)
            .add_service(reflect().build_v1alpha().map_err(broken)?)
            .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), async {
                end.await;
                ending.send_replace(true);
                tracing::info!(in_progress = metrics.in_progress(), "ending: no new connections, calls are finished");
                tokio::time::sleep(drain_delay).await;
            });
        tokio::select! {
            result = server => result?,
            () = idle(&ending, drain_delay, &metrics) => {}
        }
        if let Some(side) = side {
            side.abort();
        }
        // Waits for others, which has to be off the threads of the network.
        drop(tokio::task::spawn_blocking(move || runner.tracer.finish()).await);
        Ok(Totals { dropped: metrics.in_progress() })
    }
}

/// Waits until the end was asked for and nothing has been in progress for a while.
async fn idle(ending: &watch::Sender<bool>, drain_delay: Duration, metrics: &Metrics) {
    // Fails only where the sender is gone, which is borrowed here.
    drop(ending.subscribe().wait_for(|ending| *ending).await);
    tokio::time::sleep(drain_delay).await;
    let step = Duration::from_millis(50);
    let mut quiet = Duration::ZERO;
    while quiet < LINGERING {
        tokio::time::sleep(step).await;
        quiet = if metrics.in_progress() == 0 { quiet + step } else { Duration::ZERO };
    }
}

/// A socket on an address, or on all: those of both families, where the machine has both.
async fn listen(address: Option<IpAddr>, port: u16) -> Result<TcpListener, ServeError> {
    let bind = |address: IpAddr| async move {
        let address = SocketAddr::new(address, port);
        TcpListener::bind(address).await.map_err(|error| ServeError::Listen { address, error })
    };
    match address {
        Some(address) => bind(address).await,
        None => match bind(Ipv6Addr::UNSPECIFIED.into()).await {
            Err(ServeError::Listen { error, .. }) if error.kind() != io::ErrorKind::AddrInUse => {
                bind(Ipv4Addr::UNSPECIFIED.into()).await
            }
            other => other,
        },
    }
}

/// Serves until SIGTERM or SIGINT; a second one ends at once, with what is being worked on.
///
/// # Errors
/// [`ServeError`].
pub fn run(settings: Settings, catalogue: Catalogue) -> Result<Totals, ServeError> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(processors.min(4))
        // One for each turn, and some for what is on its way out.
        .max_blocking_threads(settings.bounds.running + processors)
        .enable_all()
        .build()?;
    let totals = runtime.block_on(async {
        let mut signals = Signals::watch()?;
        let server = Server::open(settings, catalogue).await?;
        let (first, asked) = tokio::sync::oneshot::channel();
        let metrics = Arc::clone(&server.runner.metrics);
        let address = server.address()?;
        tracing::info!(%address, metrics = ?server.metrics_address(), "listening");
        let server = server.serve(async {
            // Fails only where the signals are no longer watched, at the end of all.
            drop(asked.await);
        });
        let second = async {
            signals.next().await;
            // Fails only where the server has ended already.
            let _ = first.send(());
            signals.next().await;
        };
        tokio::select! {
            totals = server => totals,
            () = second => Ok(Totals { dropped: metrics.in_progress() }),
        }
    })?;
    // Functions that nobody waits for were told to end; a moment is enough.
    runtime.shutdown_timeout(Duration::from_secs(1));
    tracing::info!(dropped = totals.dropped, "ended");
    Ok(totals)
}
