;; The loops over parameters in WebAssembly SIMD. Every $count is a multiple of 4 above 0; the caller pads its blocks.
;; No instruction fuses a product with a sum, so that each result has the bits of the same loop in JavaScript.
;; Compiled into kernel-bytes.ts by `npm run kernel`.
(module
  ;; 140 KiB of blocks and 32 bytes of partial sums: wasm-arithmetic.ts says what lies where.
  (memory (export "memory") 3)

  ;; sums[i] += weight * values[i]; sums in float64, values in float32.
  (func (export "addWeighted") (param $sums i32) (param $values i32) (param $count i32) (param $weight f64)
    (local $end i32) (local $factor v128) (local $four v128)
    (local.set $factor (f64x2.splat (local.get $weight)))
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $four (v128.load (local.get $values)))
      (v128.store (local.get $sums)
        (f64x2.add
          (v128.load (local.get $sums))
          (f64x2.mul (local.get $factor) (f64x2.promote_low_f32x4 (local.get $four)))))
      (v128.store offset=16 (local.get $sums)
        (f64x2.add
          (v128.load offset=16 (local.get $sums))
          (f64x2.mul (local.get $factor) (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $values) (local.get $end)))))

  ;; sums[i] += factor * (values[i] - base[i]), the difference in float64.
  (func (export "addScaledChange")
    (param $sums i32) (param $values i32) (param $base i32) (param $count i32) (param $scale f64)
    (local $end i32) (local $factor v128) (local $four v128) (local $from v128)
    (local.set $factor (f64x2.splat (local.get $scale)))
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $four (v128.load (local.get $values)))
      (local.set $from (v128.load (local.get $base)))
      (v128.store (local.get $sums)
        (f64x2.add
          (v128.load (local.get $sums))
          (f64x2.mul (local.get $factor) (f64x2.sub
            (f64x2.promote_low_f32x4 (local.get $four))
            (f64x2.promote_low_f32x4 (local.get $from))))))
      (v128.store offset=16 (local.get $sums)
        (f64x2.add
          (v128.load offset=16 (local.get $sums))
          (f64x2.mul (local.get $factor) (f64x2.sub
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four)))
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $from) (local.get $from)))))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (local.set $base (i32.add (local.get $base) (i32.const 16)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $values) (local.get $end)))))

  ;; 1 if a value is NaN or an infinity: all bits of its exponent are set.
  (func (export "hasNonFinite") (param $values i32) (param $count i32) (result i32)
    (local $end i32) (local $exponent v128) (local $found v128)
    (local.set $exponent (i32x4.splat (i32.const 0x7f800000)))
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $found
        (v128.or
          (local.get $found)
          (i32x4.eq (local.get $exponent) (v128.and (local.get $exponent) (v128.load (local.get $values))))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $values) (local.get $end))))
    (v128.any_true (local.get $found)))

  ;; Four partial sums in float64, of the squares (a[i] - b[i])^2 with i mod 4 = 0, 1, 2, 3, which go on from those at $sums.
  (func (export "addSquaredChanges") (param $sums i32) (param $a i32) (param $b i32) (param $count i32)
    (local $end i32) (local $low v128) (local $high v128) (local $four v128) (local $from v128) (local $change v128)
    (local.set $low (v128.load (local.get $sums)))
    (local.set $high (v128.load offset=16 (local.get $sums)))
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $four (v128.load (local.get $a)))
      (local.set $from (v128.load (local.get $b)))
      (local.set $change (f64x2.sub
        (f64x2.promote_low_f32x4 (local.get $four))
        (f64x2.promote_low_f32x4 (local.get $from))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $change) (local.get $change))))
      (local.set $change (f64x2.sub
        (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four)))
        (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $from) (local.get $from)))))
      (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $change) (local.get $change))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $a) (local.get $end))))
    (v128.store (local.get $sums) (local.get $low))
    (v128.store offset=16 (local.get $sums) (local.get $high))))
