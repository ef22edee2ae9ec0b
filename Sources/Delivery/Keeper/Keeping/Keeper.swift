import CFileIdentity
import Foundation
import Synchronization

/// Root's part of a server: delivers to mailboxes, reads users' files and runs commands, each with the rights of the
/// one whose they are. It opens no port, reads no network and asks no database.
///
/// It takes requests from a server that it does not trust: whoever breaks into that has no more than these requests,
/// and each is held against main.cf, the users of the machine and their own files (``KeeperRules``). One thread a
/// request, since the rights are a thread's; the end of the connection ends the keeper and what it runs.
public final class Keeper: Sendable {
    /// More requests than any server has deliveries under way.
    private static let limit = 1_000

    private struct State {
        var services: KeptServices?
        var active: Set<UInt32> = []
        var commands: [UInt32: RunningCommand] = [:]
        /// Given up before the command was started.
        var cancelled: Set<UInt32> = []
        var isEnding = false
    }

    private let directory: String
    private let socket: KeeperSocket
    private let state = Mutex(State())

    private init(directory: String, socket: KeeperSocket) {
        self.directory = directory
        self.socket = socket
    }

    /// The program in its whole: answers on descriptor 3 until the server is gone.
    ///
    /// - Parameter directory: of main.cf.
    /// - Returns: the exit code.
    public static func run(directory: String) -> Int32 {
        var type: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(KeeperProcess.connection, SOL_SOCKET, SO_TYPE, &type, &length) == 0,
            type == CInt(SOCK_SEQPACKET.rawValue)
        else {
            FileHandle.standardError.write(Data("martlet: the server starts this by itself\n".utf8))
            return EX_USAGE
        }
        _ = fcntl(KeeperProcess.connection, F_SETFD, FD_CLOEXEC)
        // The server decides when it is over: a signal for both must not end deliveries that the server waits for.
        for ignored in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { signal(ignored, SIG_IGN) }
        setgroups(0, nil)
        umask(0o077)
        chdir("/")
        Keeper(directory: directory, socket: KeeperSocket(KeeperProcess.connection)).serve()
        return EXIT_SUCCESS
    }

    private func serve() {
        while let packet = try? socket.receive() {
            let file = packet.descriptor.map { ListFile($0) }
            var reader = packet.reader
            let request: KeeperRequest
            do throws(FrameError) {
                request = try reader.value()
                try reader.end()
            } catch {
                answer(packet.number, KeptAnswer(.refused("the request makes no sense: \(error)")))
                continue
            }
            switch request.task {
            case .cancel(let number): cancel(number)
            // Before what comes after it.
            case .reload: answer(packet.number, KeptAnswer(reload()))
            default: begin(packet.number, request, file)
            }
        }
        end()
    }

    private func begin(_ number: UInt32, _ request: KeeperRequest, _ file: ListFile?) {
        let (mayBegin, services) = state.withLock { state in
            (state.active.count < Self.limit && state.active.insert(number).inserted, state.services)
        }
        guard mayBegin else {
            return answer(number, KeptAnswer(.refused("it has too many deliveries under way")))
        }
        Thread.detachNewThread { [self] in
            let duty = KeeperDuty(services: services, request: request, content: file) { command in
                self.register(number, command)
            }
            answer(number, duty.perform())
            state.withLock {
                $0.active.remove(number)
                $0.commands[number] = nil
                $0.cancelled.remove(number)
            }
        }
    }

    private func answer(_ number: UInt32, _ answer: KeptAnswer) {
        // A server that is gone needs no answer.
        _ = socket.send(number, answer.reply, attached: answer.file?.descriptor)
    }

    private func reload() -> KeeperReply {
        do {
            let services = try KeptServices(directory: directory)
            state.withLock { $0.services = services }
            return .done
        } catch {
            return .refused("\(error)")
        }
    }

    // MARK: Commands

    private func register(_ number: UInt32, _ command: RunningCommand) {
        let isUnwanted = state.withLock { state in
            state.commands[number] = command
            return state.isEnding || state.cancelled.contains(number)
        }
        if isUnwanted { command.stop() }
    }

    private func cancel(_ number: UInt32) {
        let command = state.withLock { state in
            if state.active.contains(number) { state.cancelled.insert(number) }
            return state.commands[number]
        }
        command?.stop()
    }

    /// Stops the commands; deliveries to mailboxes may end, which takes as long as a lock is waited for at most.
    private func end() {
        let commands = state.withLock { state in
            state.isEnding = true
            return state.commands.values
        }
        for command in commands { command.stop() }
        for _ in 0..<200 where state.withLock({ !$0.active.isEmpty }) { usleep(50_000) }
    }
}

/// A reply, with the file that goes with it.
struct KeptAnswer {
    var reply: KeeperReply
    var file: ListFile?

    init(_ reply: KeeperReply, file: ListFile? = nil) {
        self.reply = reply
        self.file = file
    }
}
