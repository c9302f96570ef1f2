//! Small hostile modules, each ended near its limit and named by its own code, and what a module can see at all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use porchlight_wasm::{
    Interrupt, Limits, LoadError, Module, ModuleCache, Output, RunError, RunFailure, Sandbox, precompile,
};

const MIB: usize = 1 << 20;

fn wasm(name: &str) -> Vec<u8> {
    wat::parse_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules").join(name)).unwrap()
}

fn module(name: &str) -> Module {
    Sandbox::new().unwrap().compile("test", &wasm(name)).unwrap()
}

/// Limits far above what a healthy test needs, low enough to be met quickly.
fn limits() -> Limits {
    Limits { memory: 16 * MIB, time: Duration::from_secs(20), stdout: 4 * MIB, stderr: MIB }
}

fn failure(name: &str, limits: &Limits) -> RunError {
    module(name).run(Vec::new(), limits).unwrap_err()
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    let limit = Duration::from_millis(50);
    let error = failure("loop.wat", &Limits { time: limit, ..limits() });
    assert_eq!(error.failure, RunFailure::Timeout { limit });
    assert_eq!(error.failure.code(), "FN_TIMEOUT");
    assert_eq!(error.to_string(), "stopped after 50 ms, the limit of one function call");
}

/// How late a call may end, where that is measured (`scripts/torture`); on a busy machine it takes what it takes.
fn latest() -> Duration {
    Duration::from_millis(if std::env::var_os("PORCHLIGHT_TORTURE").is_some() { 10 } else { 5_000 })
}

/// From the limit to the end of the call, the best of several.
#[test]
fn what_never_ends_ends_within_ten_milliseconds_of_its_limit() {
    let limit = Duration::from_millis(30);
    for name in ["loop.wat", "start-loop.wat", "host-calls.wat"] {
        let module = module(name);
        let late = (0..15).map(|_| {
            let start = Instant::now();
            let error = module.run(Vec::new(), &Limits { time: limit, ..limits() }).unwrap_err();
            assert_eq!(error.failure, RunFailure::Timeout { limit }, "{name}");
            start.elapsed().saturating_sub(limit)
        });
        let late = late.min().unwrap();
        println!("| `{name}` ends after its limit | {:.2} ms | 10 ms |", late.as_secs_f64() * 1e3);
        assert!(late < latest(), "{name} ended {late:?} after its limit");
    }
}

/// A function of a megabyte whose machine code takes very long to make.
fn compile_bomb() -> Vec<u8> {
    let (locals, blocks) = (20_000, 20_000);
    let mut text = "(module (memory (export \"memory\") 1) (func (export \"_start\") (local".to_owned();
    text.push_str(&" i32".repeat(locals));
    text.push(')');
    for block in 0..blocks {
        let (one, other) = (block % locals, block * 7 % locals);
        text.push_str(&format!(
            "(loop (local.set {other} (i32.add (local.get {one}) (i32.const 1))) (br_if 0 (local.get {one})))"
        ));
    }
    text.push_str("))");
    wat::parse_str(text).unwrap()
}

#[test]
fn compiling_has_a_limit() {
    let (limit, bomb) = (Duration::from_millis(200), compile_bomb());
    let sandbox = Sandbox::compiling_within(limit).unwrap();
    let start = Instant::now();
    let error = sandbox.compile("bomb", &bomb).unwrap_err();
    let late = start.elapsed().saturating_sub(limit);
    assert!(matches!(error, LoadError::Slow { .. }), "{error}");
    assert_eq!(error.to_string(), "compiling it takes longer than 200 ms");
    println!("| a compile bomb ends after its limit | {:.2} ms | 10 ms |", late.as_secs_f64() * 1e3);
    assert!(late < latest(), "{late:?} after its limit");
    // Other modules are compiled meanwhile.
    let patient = Sandbox::new().unwrap();
    assert!(patient.compile("echo", &wasm("echo.wat")).is_ok());
}

#[test]
fn an_interrupt_ends_its_own_call_only() {
    let module = module("loop.wat");
    let limit = Duration::from_millis(400);
    let patient = std::thread::spawn({
        let module = module.clone();
        move || module.run(Vec::new(), &Limits { time: limit, ..limits() })
    });
    let interrupt = Interrupt::default();
    let start = Instant::now();
    std::thread::spawn({
        let interrupt = interrupt.clone();
        move || {
            std::thread::sleep(Duration::from_millis(50));
            interrupt.stop();
        }
    });
    let error = module.run_until(Vec::new(), &limits(), &interrupt).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(error.failure, RunFailure::Interrupted);
    assert_eq!(patient.join().unwrap().unwrap_err().failure, RunFailure::Timeout { limit });
    // It stays asked for: what has not begun does not begin.
    assert_eq!(module.run_until(Vec::new(), &limits(), &interrupt).unwrap_err().failure, RunFailure::Interrupted);
}

#[test]
fn no_deadline_is_missed_among_many() {
    let module = module("loop.wat");
    let calls: Vec<_> = (0..24_u64)
        .map(|number| {
            let module = module.clone();
            let limit = Duration::from_millis(20 + number % 3);
            std::thread::spawn(move || module.run(Vec::new(), &Limits { time: limit, ..limits() }).unwrap_err().failure)
        })
        .collect();
    for call in calls {
        assert!(matches!(call.join().unwrap(), RunFailure::Timeout { .. }));
    }
}

#[test]
fn a_time_limit_that_has_passed_already_ends_the_call() {
    let error = failure("loop.wat", &Limits { time: Duration::ZERO, ..limits() });
    assert_eq!(error.failure.code(), "FN_TIMEOUT");
}

#[test]
fn a_short_call_is_not_disturbed_by_the_end_of_a_long_one() {
    let sandbox = Sandbox::new().unwrap();
    let (spin, echo) =
        (sandbox.compile("spin", &wasm("loop.wat")).unwrap(), sandbox.compile("echo", &wasm("echo.wat")).unwrap());
    std::thread::scope(|scope| {
        let spinning: Vec<_> = [20, 40, 60]
            .map(|time| {
                let limits = Limits { time: Duration::from_millis(time), ..limits() };
                let spin = &spin;
                scope.spawn(move || spin.run(Vec::new(), &limits).unwrap_err().failure)
            })
            .into_iter()
            .collect();
        for _ in 0..200 {
            assert_eq!(echo.run(vec![b'x'; 5_000], &limits()).unwrap().stdout.len(), 5_000);
        }
        for thread in spinning {
            assert_eq!(thread.join().unwrap().code(), "FN_TIMEOUT");
        }
    });
}

#[test]
fn memory_ends_at_its_limit() {
    let error = failure("memory.wat", &limits());
    // One page at the start, then sixteen at a time: the sixteenth step is the one too many.
    assert_eq!(error.failure, RunFailure::MemoryExceeded { asked: 16 * MIB + 65_536, limit: 16 * MIB });
    assert_eq!(error.failure.code(), "FN_MEMORY_EXCEEDED");
}

#[test]
fn memory_declared_beyond_the_limit_is_refused_before_the_start() {
    let error = failure("big-start.wat", &limits());
    assert_eq!(error.to_string(), "asked for 64 MiB of memory; the limit is 16 MiB");
}

#[test]
fn tables_count_as_memory() {
    assert_eq!(failure("table.wat", &limits()).failure.code(), "FN_MEMORY_EXCEEDED");
}

#[test]
fn output_floods_end_at_their_limit() {
    let error = failure("flood-stdout.wat", &limits());
    assert_eq!(error.failure, RunFailure::OutputExceeded { stream: "stdout", limit: 4 * MIB });
    assert_eq!(error.failure.code(), "FN_OUTPUT_INVALID");

    let error = failure("flood-stderr.wat", &limits());
    assert_eq!(error.to_string(), "wrote more than 1 MiB to stderr");
    assert_eq!(error.stderr.len(), MIB, "what was written until then is kept");
}

#[test]
fn crashes_are_traps_and_keep_the_last_words() {
    let error = failure("panic.wat", &limits());
    assert_eq!(error.failure.code(), "FN_TRAPPED");
    assert_eq!(error.to_string(), "crashed: aborted (a panic or a failed check)");
    assert_eq!(error.stderr, b"it broke\n");

    assert_eq!(failure("recursion.wat", &limits()).to_string(), "crashed: call stack exhausted (endless recursion?)");
    assert_eq!(failure("out-of-bounds.wat", &limits()).to_string(), "crashed: out of bounds memory access");
}

#[test]
fn modules_that_cannot_run_say_so_when_loaded() {
    let sandbox = Sandbox::new().unwrap();
    let error = sandbox.compile("test", &wasm("unknown-import.wat")).unwrap_err();
    assert!(matches!(&error, LoadError::UnknownImport { import } if import == "env.system"), "{error}");
    let error = sandbox.compile("test", &wasm("library.wat")).unwrap_err();
    assert!(matches!(error, LoadError::NotACommand { export: "_start" }), "{error}");
    let error = sandbox.compile("test", b"#!/bin/sh\n").unwrap_err();
    assert!(matches!(error, LoadError::Invalid(_)), "{error}");
    assert!(!error.to_string().contains('\n'));
}

#[test]
fn streams_and_exit_code_come_through() {
    let input: Vec<u8> = (0..100_003_u32).flat_map(u32::to_le_bytes).collect();
    let output = module("echo.wat").run(input.clone(), &limits()).unwrap();
    assert_eq!(output, Output { stdout: input, stderr: Vec::new(), exit_code: 7 });
}

#[test]
fn nothing_of_the_outside_can_be_seen_and_every_run_sees_the_same() {
    let module = module("surroundings.wat");
    let first = module.run(Vec::new(), &limits()).unwrap();
    assert_eq!(first, module.run(Vec::new(), &limits()).unwrap());
    let seen = &first.stdout;
    let number = |at: usize| u32::from_le_bytes(seen[at..at + 4].try_into().unwrap());
    let time = |at: usize| u64::from_le_bytes(seen[at..at + 8].try_into().unwrap());
    assert_eq!(&seen[..5], b"test\0");
    assert_eq!((number(16), number(20)), (0, 0), "no environment");
    assert!(time(24) < 1_000_000, "time starts at zero: {}", time(24));
    assert!(time(32) >= time(24) + 1_000_000_000, "a second was slept through");
    assert_ne!(seen[40..64], [0; 24], "random bytes are not all zero");
    const BAD_DESCRIPTOR: u32 = 8;
    const FAULT: u32 = 21;
    assert_eq!((number(64), number(68), number(72)), (BAD_DESCRIPTOR, BAD_DESCRIPTOR, FAULT));
}

#[test]
fn precompiled_code_runs_and_foreign_code_is_refused() {
    let target = format!("{}-unknown-{}", std::env::consts::ARCH, std::env::consts::OS);
    let code = precompile(&wasm("echo.wat"), &target).unwrap();
    for sandbox in [Sandbox::new().unwrap(), Sandbox::for_precompiled().unwrap()] {
        // SAFETY: made above.
        #[expect(unsafe_code, reason = "the test made the code itself")]
        let module = unsafe { sandbox.load_precompiled("echo", &code) }.unwrap();
        assert_eq!(module.run(b"abc".to_vec(), &limits()).unwrap().stdout, b"abc");

        // SAFETY: not machine code at all; the engine's check must say so.
        #[expect(unsafe_code, reason = "the check before the load is what is tested")]
        let error = unsafe { sandbox.load_precompiled("echo", &wasm("echo.wat")) }.unwrap_err();
        assert!(matches!(error, LoadError::Stale(_)), "{error}");
    }
}

#[test]
fn a_sandbox_for_precompiled_code_compiles_nothing() {
    let error = Sandbox::for_precompiled().unwrap().compile("echo", &wasm("echo.wat")).unwrap_err();
    assert!(error.to_string().contains("not configured with a compiler"), "{error}");
}

#[test]
fn precompiling_gives_the_same_bytes_every_time() {
    let wasm = wasm("echo.wat");
    assert_eq!(precompile(&wasm, "x86_64-unknown-linux").ok(), precompile(&wasm, "x86_64-unknown-linux").ok());
}

#[test]
fn the_cache_keeps_code_and_ignores_what_it_did_not_write() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("modules");
    let (sandbox, cache, wasm) = (Sandbox::new().unwrap(), ModuleCache::new(&directory), wasm("echo.wat"));
    let run = || cache.load(&sandbox, "echo", &wasm).unwrap().run(b"abc".to_vec(), &limits()).unwrap().stdout;
    let entries = || std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();

    assert_eq!(run(), b"abc");
    let [entry] = entries().try_into().unwrap();
    let whole = std::fs::read(&entry).unwrap();
    assert_eq!(run(), b"abc");

    // A damaged entry is replaced, not run.
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    std::fs::write(&entry, &damaged).unwrap();
    assert_eq!(run(), b"abc");
    assert_eq!(std::fs::read(&entry).unwrap(), whole);
    std::fs::write(&entry, b"").unwrap();
    assert_eq!(run(), b"abc");

    // An entry others could have written is not read (nor trusted later: it is written anew).
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&entry, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(run(), b"abc");
        assert_eq!(std::fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_cache_that_cannot_be_written_does_no_harm() {
    let home = tempfile::tempdir().unwrap();
    let blocked = home.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    let module =
        ModuleCache::new(blocked.join("below")).load(&Sandbox::new().unwrap(), "echo", &wasm("echo.wat")).unwrap();
    assert_eq!(module.run(b"abc".to_vec(), &limits()).unwrap().stdout, b"abc");
}

#[test]
fn modules_for_kpts_own_runtimes_run_too() {
    let echo = module("kpt-echo.wat");
    let list = "kind: ResourceList\nitems: [ä]\n";
    let output = echo.run(list.into(), &limits()).unwrap();
    assert_eq!((output.stdout, output.exit_code), (format!("{list}\n").into_bytes(), 0));
    // What is no list is a failure, not an empty package.
    let output = echo.run(b"kind: Other".to_vec(), &limits()).unwrap();
    assert_eq!((output.stdout, output.stderr, output.exit_code), (Vec::new(), b"no list\n".to_vec(), 1));
    let error = echo.run(b"\xff".to_vec(), &limits()).unwrap_err();
    assert_eq!(error.failure.code(), "FN_TRAPPED");
    let error = echo.run(list.into(), &Limits { stdout: 8, ..limits() }).unwrap_err();
    assert_eq!(error.failure.code(), "FN_OUTPUT_INVALID");
    let error = echo.run(list.repeat(1 << 16).into_bytes(), &Limits { memory: 3 * MIB, ..limits() }).unwrap_err();
    assert_eq!(error.failure.code(), "FN_MEMORY_EXCEEDED");
    let error = failure("kpt-silent.wat", &limits());
    assert!(error.to_string().contains("has registered no function `processResourceList`"), "{error}");
}

#[test]
fn memory_that_stays_is_as_new_in_every_run() {
    let sandbox = Sandbox::with_resident_memory(2.try_into().unwrap()).unwrap();
    let (stain, memory) = (
        sandbox.compile("stain", &wasm("stain.wat")).unwrap(),
        sandbox.compile("memory", &wasm("memory.wat")).unwrap(),
    );
    let limits = Limits { memory: 64 * MIB, ..limits() };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for round in 0..40 {
                    assert_eq!(stain.run(Vec::new(), &limits).unwrap().exit_code, 0, "round {round}");
                    // However a run ends.
                    let crash = stain.run(vec![1], &limits).unwrap_err();
                    assert_eq!(crash.failure.code(), "FN_TRAPPED", "round {round}");
                    let greedy = memory.run(Vec::new(), &limits).unwrap_err();
                    assert_eq!(greedy.failure.code(), "FN_MEMORY_EXCEEDED", "round {round}");
                }
            });
        }
    });
}

#[test]
fn there_are_no_more_runs_than_memories_that_stay() {
    let sandbox = Sandbox::with_resident_memory(1.try_into().unwrap()).unwrap();
    let (spin, echo) =
        (sandbox.compile("spin", &wasm("loop.wat")).unwrap(), sandbox.compile("echo", &wasm("echo.wat")).unwrap());
    let interrupt = Interrupt::default();
    std::thread::scope(|scope| {
        let spinning = scope.spawn(|| spin.run_until(Vec::new(), &limits(), &interrupt).unwrap_err().failure);
        let refused = (0..2_000).find_map(|_| {
            std::thread::sleep(Duration::from_millis(1));
            echo.run(Vec::new(), &limits()).err()
        });
        interrupt.stop();
        assert_eq!(spinning.join().unwrap(), RunFailure::Interrupted);
        assert_eq!(refused.unwrap().failure.code(), "FN_TRAPPED");
    });
    assert_eq!(echo.run(b"x".to_vec(), &limits()).unwrap().stdout, b"x");
}
