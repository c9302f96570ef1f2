;; Takes table space, which is memory too.
(module
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start")
    (loop $again
      (br_if $again
        (i32.ne (table.grow $t (ref.null func) (i32.const 65536)) (i32.const -1))))))
