// Runs a function module as kpt does, many times over: `node host.mjs HOST MODULE`, with the path of a ResourceList on
// each line of standard input. HOST is
//
//   node      kpt with KPT_FN_WASM_RUNTIME=nodejs
//   wasmtime  kpt built with cgo: it sees only the memory a module starts with, writes `null` where there is nothing, does not
//             clear the byte that says a call went well, has no `process` to end, and takes `null` for the answer of a
//             function that traps
//   inspect   no run: what the module imports and exports
//
// Each run gives one line of JSON: `stdout`, `stderr`, `exit` as kpt takes them, and `log`, what the host complains of.
// Only what functions may rely on is offered (functions/lib/kpt-wasm), and it is stricter than kpt: unaligned frames, calls
// within calls and properties of what is no object are errors.
import fs from 'node:fs';

const [host, path] = process.argv.slice(2);
const module = new WebAssembly.Module(fs.readFileSync(path));

/** Thrown by `process.exit`; passes through the module. */
class Exit {
  constructor(code) {
    this.code = code;
  }
}

/** An address beyond the memory that the host sees. */
class BadAddress {}

const KINDS = { object: 1, string: 2, symbol: 3, function: 4 };
const BOXED = 0x7ff80000;

class Run {
  constructor(follows) {
    this.follows = follows;
    this.stderr = [];
    this.log = [];
    this.frames = 0;
    this.glue = {
      _pendingEvent: null,
      _makeFuncWrapper: (id) => (...args) => {
        const event = { id, args };
        this.glue._pendingEvent = event;
        if (follows) this.exports.resume();
        else if (!this.survives(() => this.exports.resume())) return null;
        if (this.glue._pendingEvent !== null) this.log.push('the event is still pending');
        return event.result;
      },
    };
    this.process = follows
      ? { exitCode: 0, exit: (code) => { throw new Exit(code); } }
      : { pid: -1, exitCode: 0 };
    this.global = { process: this.process };
    this.values = [NaN, 0, null, true, false, this.global, this.glue];
    this.exports = new WebAssembly.Instance(module, { go: this.imports() }).exports;
    this.initial = this.exports.mem.buffer.byteLength;
    this.view = new DataView(this.exports.mem.buffer);
    this.exports.run(1, 4096);
  }

  /** Whether a call ends without a trap, which is only logged. */
  survives(call) {
    try {
      call();
      return true;
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.log.push(String(error));
      return false;
    }
  }

  /** The bytes from an address on, if the host can see them. */
  bytes(address, length) {
    if (!this.follows && address + length >= this.initial) throw new BadAddress();
    return new Uint8Array(this.exports.mem.buffer, address, length);
  }

  /** A view of the frame; with node the one of the last reset, which throws if the memory has grown since. */
  frame(sp) {
    if (sp % 8 !== 0 || this.exports.getsp() !== sp) this.log.push(`a frame at ${sp}`);
    const view = this.follows ? this.view : new DataView(this.exports.mem.buffer, 0, this.initial);
    const integer = (offset) => Number(view.getBigInt64(sp + offset, true));
    const slice = (offset) => this.bytes(integer(offset), integer(offset + 8));
    const value = (address) => {
      const number = view.getFloat64(address, true);
      if (number === 0) return undefined;
      if (!Number.isNaN(number)) return number;
      const id = view.getUint32(address, true);
      if (id >= this.values.length) throw new Error(`nothing has the id ${id}`);
      return this.values[id];
    };
    const object = (offset) => {
      const found = value(sp + offset);
      if (Object(found) !== found) throw new Error('a property of what is no object');
      return found;
    };
    return {
      integer,
      slice,
      object,
      value: (offset) => value(sp + offset),
      text: (offset) => new TextDecoder().decode(slice(offset)),
      list: (offset) => Array.from({ length: integer(offset + 8) }, (_, at) => value(integer(offset) + 8 * at)),
      give: (offset, found) => {
        if (found === undefined && !this.follows) found = null;
        if (found === undefined) return view.setFloat64(sp + offset, 0, true);
        if (typeof found === 'number' && found !== 0) return view.setFloat64(sp + offset, found, true);
        let id = this.values.indexOf(found);
        if (id < 0) id = this.values.push(found) - 1;
        view.setUint32(sp + offset, id, true);
        view.setUint32(sp + offset + 4, BOXED | (found === null ? 0 : (KINDS[typeof found] ?? 0)), true);
      },
      giveInteger: (offset, number) => view.setBigInt64(sp + offset, BigInt(number), true),
      giveByte: (offset, number) => view.setUint8(sp + offset, number),
      short: (offset) => view.getInt32(sp + offset, true),
    };
  }

  imports() {
    const imports = {
      'syscall/js.valueGet': (f) => f.give(32, f.object(8)[f.text(16)]),
      'syscall/js.valueSet': (f) => { f.object(8)[f.text(16)] = f.value(32); },
      'syscall/js.valueIndex': (f) => f.give(24, f.object(8)[f.integer(16)]),
      'syscall/js.valueCall': (f) => {
        try {
          f.give(56, f.object(8)[f.text(16)](...f.list(32)));
          f.giveByte(64, 1);
        } catch (error) {
          if (error instanceof Exit || error instanceof BadAddress) throw error;
          f.give(56, error);
          if (this.follows) f.giveByte(64, 0);
        }
      },
      'syscall/js.stringVal': (f) => f.give(24, f.text(8)),
      'syscall/js.valuePrepareString': (f) => {
        const bytes = new TextEncoder().encode(String(f.value(8)));
        f.give(16, bytes);
        f.giveInteger(24, bytes.length);
      },
      'syscall/js.valueLoadString': (f) => f.slice(16).set(f.object(8)),
      'runtime.wasmWrite': (f) => {
        if (f.integer(8) !== 2) this.log.push(`written to descriptor ${f.integer(8)}`);
        this.stderr.push(Buffer.from(this.bytes(f.integer(16), f.short(24))));
      },
    };
    const guarded = {};
    for (const [name, act] of Object.entries(imports)) {
      guarded[name] = (sp) => {
        this.frames += 1;
        if (this.frames > 1 && name !== 'syscall/js.valueCall') this.log.push(`${name} within another call`);
        try {
          act(this.frame(sp >>> 0));
        } catch (error) {
          if (!(error instanceof BadAddress)) throw error;
          this.log.push(`${name}: bad address`);
        } finally {
          this.frames -= 1;
        }
      };
    }
    guarded['runtime.resetMemoryDataView'] = () => {
      if (this.follows) this.view = new DataView(this.exports.mem.buffer);
      else this.log.push('resetMemoryDataView does nothing here');
    };
    return guarded;
  }
}

/** kpt takes what is printed for the function's answer, whatever it is. */
function withNode(text, run) {
  let result = run.global.processResourceList(text);
  if (!result.includes('kind: ResourceList')) result = run.global.processResourceListErrors(text);
  return { stdout: `${result}\n`, exit: run.process.exitCode };
}

/** kpt takes a list for success, and asks for an explanation of anything else. */
function withWasmtime(text, run) {
  const result = run.global.processResourceList(text);
  if (typeof result === 'string' && /^(kind|"kind"|\{"kind"): *"?ResourceList\b/m.test(result)) return { stdout: result, exit: 0 };
  run.stderr.push(Buffer.from(`${result}\n${run.global.processResourceListErrors(text)}`));
  return { stdout: '', exit: 1 };
}

function once(file) {
  const text = fs.readFileSync(file, 'utf8');
  let run;
  let ended;
  try {
    run = new Run(host === 'node');
    ended = host === 'node' ? withNode(text, run) : withWasmtime(text, run);
  } catch (error) {
    ended = error instanceof Exit ? { stdout: '', exit: error.code } : { stdout: '', exit: 1, trap: String(error) };
  }
  return { ...ended, stderr: Buffer.concat(run?.stderr ?? []).toString(), log: run?.log ?? [] };
}

if (host === 'inspect') {
  const memory = new Run(true).initial;
  console.log(JSON.stringify({ imports: WebAssembly.Module.imports(module), exports: WebAssembly.Module.exports(module), memory }));
} else {
  const files = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean);
  for (const file of files) console.log(JSON.stringify(once(file)));
}
