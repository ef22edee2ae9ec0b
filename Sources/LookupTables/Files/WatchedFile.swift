import PostfixConfig
import Synchronization

/// A text file that a table stands in, looked at again at most once a second and read again when it was changed.
///
/// A file that changed less than a second ago may still be in the making: until it is cold, what was read before
/// stays, so that half a file is never taken for the whole. A file that is gone or cannot be read fails the lookups
/// until it is back: what it would say now is not known.
final class WatchedFile<Content: Sendable>: Sendable {
    private let path: String
    private let parse: @Sendable ([UInt8]) -> Content
    private let mistake: @Sendable (FileContent.Failure) -> TableError
    private let state: Mutex<State>

    private struct State {
        var content: Content
        var stamp: FileContent.Stamp
        var lastLook: ContinuousClock.Instant
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

    /// The content as the file has it now, or had it within the last second.
    ///
    /// - Parameter table: `type:name`, for the failure.
    func current(_ table: String) throws(LookupFailure) -> Content {
        let result: Result<Content, FileContent.Failure> = state.withLock { state in
            let now = ContinuousClock.now
            guard now - state.lastLook >= .seconds(1) else { return .success(state.content) }
            do throws(FileContent.Failure) {
                try look(&state)
            } catch {
                return .failure(error)
            }
            state.lastLook = now
            return .success(state.content)
        }
        do throws(FileContent.Failure) {
            return try result.get()
        } catch {
            throw LookupFailure(table: table, cause: .configuration, reason: mistake(error).description)
        }
    }

    private func look(_ state: inout State) throws(FileContent.Failure) {
        // Where there is no stamp, reading says why: there is no such file, or no way to it.
        if let stamp = FileContent.Stamp(path: path), stamp == state.stamp || stamp.isFresh { return }
        let (bytes, read) = try FileContent.readStamped(path)
        state.content = parse(bytes)
        state.stamp = read
    }
}
