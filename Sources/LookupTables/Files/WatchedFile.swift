import PostfixConfig
import Synchronization

/// A text file that a table stands in, looked at again at most once a second and read again when it was changed.
///
/// Whoever asks may be an event loop, so a changed file is read on a thread of its own, and what was read before
/// answers until that is done. A file that changed less than a second ago may still be in the making: until it is
/// cold, what was read before stays too, so that half a file is never taken for the whole. A file that is gone or
/// cannot be read fails the lookups until it is back: what it would say now is not known.
final class WatchedFile<Content: Sendable>: Sendable {
    private let path: String
    private let parse: @Sendable ([UInt8]) -> Content
    private let mistake: @Sendable (FileContent.Failure) -> TableError
    private let state: Mutex<State>

    private struct State {
        var content: Content
        /// Of the content; nil once the file could not be read.
        var stamp: FileContent.Stamp?
        /// Why the file cannot be read now.
        var failure: FileContent.Failure?
        var lastLook: ContinuousClock.Instant
        var isBeingRead = false
    }

    /// - Parameters:
    ///   - parse: makes the content of the file's bytes, and logs what is wrong with them.
    ///   - mistake: says in Postfix's words why the file cannot be read.
    init(
        _ path: String, parse: @escaping @Sendable ([UInt8]) -> Content,
        mistake: @escaping @Sendable (FileContent.Failure) -> TableError
    ) throws(TableError) {
        self.path = path
        self.parse = parse
        self.mistake = mistake
        do throws(FileContent.Failure) {
            let (bytes, stamp) = try FileContent.readStamped(path)
            state = Mutex(State(content: parse(bytes), stamp: stamp, lastLook: .now))
        } catch {
            throw mistake(error)
        }
    }

    /// The content as the file has it now, or had it a moment ago.
    ///
    /// - Parameter table: `type:name`, for the failure.
    func current(_ table: String) throws(LookupFailure) -> Content {
        let (result, mustRead): (Result<Content, FileContent.Failure>, Bool) = state.withLock { state in
            let mustRead = look(&state)
            return (state.failure.map { .failure($0) } ?? .success(state.content), mustRead)
        }
        if mustRead, !OwnThread.start({ self.read() }) { read() }
        do throws(FileContent.Failure) {
            return try result.get()
        } catch {
            throw LookupFailure(table: table, cause: .configuration, reason: mistake(error).description)
        }
    }

    /// One stat(2), where the last was a second ago.
    ///
    /// - Returns: whether the file is to be read again, by whoever asked.
    private func look(_ state: inout State) -> Bool {
        let now = ContinuousClock.now
        guard !state.isBeingRead, now - state.lastLook >= .seconds(1) || state.failure != nil else {
            return false
        }
        switch FileContent.Stamp.of(path) {
        case .success(let stamp):
            state.lastLook = now
            if stamp == state.stamp {
                state.failure = nil
                return false
            }
            if stamp.isFresh { return false }
            state.isBeingRead = true
            return true
        case .failure(let failure):
            // There is no such file, or no way to it. The next lookup looks again.
            state.failure = failure
            return false
        }
    }

    private func read() {
        let result: Result<(Content, FileContent.Stamp), FileContent.Failure>
        do throws(FileContent.Failure) {
            let (bytes, stamp) = try FileContent.readStamped(path)
            result = .success((parse(bytes), stamp))
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.isBeingRead = false
            switch result {
            case .success(let (content, stamp)):
                (state.content, state.stamp, state.failure) = (content, stamp, nil)
            case .failure(let failure):
                (state.stamp, state.failure) = (nil, failure)
            }
        }
    }
}
