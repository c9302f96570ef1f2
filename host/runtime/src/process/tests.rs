use super::*;

const LIMITS: ProcessLimits = ProcessLimits { time: Duration::from_secs(20), stdout: 1 << 20, stderr: 1 << 16 };

fn shell(script: &str, input: &str, limits: &ProcessLimits) -> Result<Finished, Ended> {
    run(&Processes::default(), Command::new("sh").args(["-c", script]), None, input, limits)
}

#[test]
fn streams_and_exit_code_come_through() {
    let input = "x".repeat(300_000);
    let finished = shell("cat; echo said >&2; exit 3", &input, &LIMITS).unwrap();
    assert_eq!(finished, Finished { stdout: input.into_bytes(), stderr: b"said\n".to_vec(), exit_code: 3 });
}

#[test]
fn input_need_not_be_read() {
    let input = "x".repeat(3_000_000);
    assert_eq!(shell("echo done", &input, &LIMITS).unwrap().stdout, b"done\n");
}

#[test]
fn a_signal_gives_minus_one() {
    assert_eq!(shell("kill -SEGV $$", "", &LIMITS).unwrap().exit_code, -1);
}

#[test]
fn a_process_that_closes_its_outputs_is_waited_for() {
    assert_eq!(shell("exec >&- 2>&-; sleep 0.05; exit 4", "", &LIMITS).unwrap().exit_code, 4);
}

#[test]
fn a_cancelled_run_ends_at_once_with_what_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let script = format!("echo before >&2; sleep 1000 & echo $! > {}; wait", mark.display());
    let cancellation = Cancellation::default();
    let canceller = cancellation.clone();
    let started = mark.clone();
    thread::spawn(move || {
        while std::fs::read_to_string(&started).map_or(0, |text| text.len()) == 0 {
            thread::sleep(Duration::from_millis(2));
        }
        canceller.cancel();
    });
    let mut command = Command::new("sh");
    command.args(["-c", &script]);
    let ended = run_until(&Processes::default(), &mut command, None, "", &LIMITS, Some(&cancellation));
    let Err(Ended::Cancelled { stderr }) = ended else { panic!("the cancellation did nothing") };
    assert_eq!(stderr, b"before\n");
    assert_gone(&std::fs::read_to_string(mark).unwrap());
}

#[test]
fn time_ends_the_process_and_what_it_started() {
    let limits = ProcessLimits { time: Duration::from_millis(200), ..LIMITS };
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let script = format!("echo before >&2; sleep 1000 & echo $! > {}; wait", mark.display());
    let Err(Ended::Timeout { stderr }) = shell(&script, "", &limits) else { panic!("the limit did nothing") };
    assert_eq!(stderr, b"before\n");
    assert_gone(&std::fs::read_to_string(mark).unwrap());
}

#[test]
fn an_output_kept_open_by_a_grandchild_ends_at_the_limit() {
    let limits = ProcessLimits { time: Duration::from_millis(200), ..LIMITS };
    assert!(matches!(shell("sleep 1000 & exit 0", "", &limits), Err(Ended::Timeout { .. })));
}

#[test]
fn what_a_function_leaves_running_is_ended() {
    let finished = shell("sleep 1000 >/dev/null 2>&1 & echo $!", "", &LIMITS).unwrap();
    assert_gone(&String::from_utf8(finished.stdout).unwrap());
}

#[test]
fn floods_end_at_their_limit() {
    assert!(matches!(shell("yes", "", &LIMITS), Err(Ended::OutputExceeded { stream: "stdout", .. })));
    let Err(Ended::OutputExceeded { stream: "stderr", stderr }) = shell("yes >&2", "", &LIMITS) else {
        panic!("the limit did nothing")
    };
    assert_eq!(stderr.len(), 1 << 16);
}

#[test]
fn an_interrupt_ends_the_running_and_stops_the_next() {
    let processes = Processes::default();
    let running = {
        let processes = processes.clone();
        thread::spawn(move || run(&processes, Command::new("sleep").arg("1000"), None, "", &LIMITS))
    };
    while processes.lock().running.is_empty() {
        thread::yield_now();
    }
    processes.kill_all();
    assert_eq!(running.join().unwrap().unwrap().exit_code, -1);
    assert!(matches!(run(&processes, &mut Command::new("true"), None, "", &LIMITS), Err(Ended::NotStarted(_))));
}

#[test]
fn what_outlives_a_killed_process_is_ended_by_its_own_command() {
    let folder = tempfile::tempdir().unwrap();
    let (began, ended) = (folder.path().join("began"), folder.path().join("ended"));
    let aftermath = Aftermath::new("touch", [ended.as_os_str()]);
    let sleeper = |began: &std::path::Path| {
        let mut command = Command::new("sh");
        command.args(["-c", "touch \"$0\"; exec sleep 1000"]).arg(began);
        command
    };

    let finished = run(&Processes::default(), &mut Command::new("true"), Some(&aftermath), "", &LIMITS).unwrap();
    assert_eq!((finished.exit_code, ended.exists()), (0, false), "nothing outlives a process that ends by itself");

    let limits = ProcessLimits { time: Duration::from_millis(200), ..LIMITS };
    let stopped = run(&Processes::default(), &mut sleeper(&began), Some(&aftermath), "", &limits);
    assert!(matches!(stopped, Err(Ended::Timeout { .. })) && ended.exists(), "at the limit");

    std::fs::remove_file(&ended).unwrap();
    drop(std::fs::remove_file(&began));
    let processes = Processes::default();
    let running = {
        let (processes, aftermath, mut command) = (processes.clone(), aftermath.clone(), sleeper(&began));
        thread::spawn(move || run(&processes, &mut command, Some(&aftermath), "", &LIMITS))
    };
    while !began.exists() {
        thread::yield_now();
    }
    processes.kill_all();
    assert!(ended.exists(), "on an interrupt");
    assert_eq!(running.join().unwrap().unwrap().exit_code, -1);
}

/// Waits for a killed process to leave the table; a stranger would stay and fail the test by its time limit.
fn assert_gone(pid: &str) {
    let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    for _ in 0..2_000 {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        // An orphan that was killed may wait as a zombie for whoever adopted it.
        if rustix::process::test_kill_process(pid).is_err() || status.is_ok_and(|status| status.contains(") Z ")) {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("process {pid:?} is still there");
}
