;; Writes 128 bytes that show what can be seen of the outside: the argument, the size of the environment, two readings
;; of the clock with a second's sleep between, random bytes, and the answers to opening a file and a directory.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 512) "/etc/passwd")
  (func (export "_start")
    ;; 0: argv[0], up to 16 bytes
    (drop (call $args (i32.const 256) (i32.const 0)))
    ;; 16: number of environment variables, 20: their bytes
    (drop (call $environ (i32.const 16) (i32.const 20)))
    ;; 24 and 32: realtime before and after a sleep of one second
    (drop (call $time (i32.const 0) (i64.const 1) (i32.const 24)))
    (i64.store (i32.const 1048) (i64.const 1000000000))
    (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 260)))
    (drop (call $time (i32.const 0) (i64.const 1) (i32.const 32)))
    ;; 40: random
    (drop (call $random (i32.const 40) (i32.const 24)))
    ;; 64: first directory handed over; 68: opening a file below it
    (i32.store (i32.const 64) (call $prestat (i32.const 3) (i32.const 264)))
    (i32.store (i32.const 68)
      (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 11) (i32.const 0)
        (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 264)))
    ;; 72: writing to an address outside
    (i32.store (i32.const 72) (call $random (i32.const -8) (i32.const 64)))
    (i32.store (i32.const 256) (i32.const 0))
    (i32.store (i32.const 260) (i32.const 128))
    (drop (call $write (i32.const 1) (i32.const 256) (i32.const 1) (i32.const 264)))))
