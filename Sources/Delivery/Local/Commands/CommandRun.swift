import CFileIdentity
import Foundation

/// A command with somebody's rights: a message on its standard input, a bounded part of what it says kept.
struct CommandRun {
    /// The program that puts on a user's rights and then becomes the command: setpriv(1).
    static let changer = "/usr/bin/setpriv"
    /// How much of the output is kept, in bytes; a command that says more gets an error when it goes on.
    private static let outputLimit = 4096
    /// How long the output of a command that has ended is waited for, where it has left something running.
    private static let lateOutput = Duration.seconds(5)

    /// The program, searched for in ``CommandEnvironment/path``, and what it is called with.
    var arguments: [String]
    /// `NAME=value`
    var environment: [String]
    var directory: String
    var owner: MailboxOwner
    var timeLimit: Duration

    enum End {
        case exited(CInt, output: [UInt8])
        case signalled(CInt, output: [UInt8])
        case timedOut(output: [UInt8])
        /// The server does not wait for it any more.
        case stopped
    }

    /// Runs it to its end. Blocks.
    ///
    /// - Parameters:
    ///   - input: the next piece of the message; nil at the end.
    ///   - register: told of the command once it runs.
    /// - Throws: ``MailboxFailure`` where the command cannot be started, or the message not be read.
    func run(
        _ input: () throws(MailboxFailure) -> [UInt8]?, register: (RunningCommand) -> Void
    ) throws(MailboxFailure) -> End {
        var pipes = try CommandPipes()
        var pid: pid_t = 0
        let words =
            [
                "setpriv", "--reuid=\(owner.uid)", "--regid=\(owner.gid)", "--groups=\(owner.gid)",
                // What dies with the keeper cannot be left running.
                "--pdeathsig=KILL", "--",
            ] + arguments
        let code = CStrings(words).with { words in
            CStrings(environment).with { environment in
                martlet_spawn(
                    &pid, Self.changer, words, environment, directory,
                    [pipes.commandInput, pipes.commandOutput, pipes.commandOutput], 3, 1)
            }
        }
        pipes.closeCommandsEnds()
        guard code == 0 else {
            errno = code
            throw .system("start", Self.changer)
        }
        let command = RunningCommand(pid: pid)
        register(command)
        do throws(MailboxFailure) {
            let isInTime = try talk(&pipes, command, pid, input)
            let isUnwanted = command.isStopped
            if !isInTime { command.stop() }
            pipes.close()
            let status = command.wait()
            let signal = status & 0x7f
            if signal == 0 { return .exited(status >> 8 & 0xff, output: pipes.output) }
            if isUnwanted { return .stopped }
            return isInTime
                ? .signalled(signal, output: pipes.output) : .timedOut(output: pipes.output)
        } catch {
            command.stop()
            pipes.close()
            _ = command.wait()
            throw error
        }
    }

    /// Writes and reads, whichever the command is ready for.
    ///
    /// - Returns: false when the time is over.
    private func talk(
        _ pipes: inout CommandPipes, _ command: RunningCommand, _ pid: pid_t,
        _ input: () throws(MailboxFailure) -> [UInt8]?
    ) throws(MailboxFailure) -> Bool {
        let process = martlet_process_descriptor(pid)
        defer { if process >= 0 { close(process) } }
        var deadline = ContinuousClock.now + timeLimit
        var hasEnded = false
        while pipes.isOpen || !hasEnded {
            if pipes.wantsInput {
                if let piece = try input() { pipes.give(piece) } else { pipes.endInput() }
                continue
            }
            let left = deadline - .now
            guard left > .zero else { return hasEnded }
            var polled =
                pipes.polled + [pollfd(fd: hasEnded ? -1 : process, events: Int16(POLLIN), revents: 0)]
            let milliseconds = min(left, .seconds(60)) / .milliseconds(1)
            guard poll(&polled, nfds_t(polled.count), CInt(milliseconds.rounded(.up))) >= 0 else { continue }
            pipes.move(polled, keeping: Self.outputLimit)
            if !hasEnded, polled[polled.count - 1].revents != 0 {
                hasEnded = true
                pipes.endInput()
                deadline = min(deadline, .now + Self.lateOutput)
            }
            if command.isStopped { return true }
        }
        return true
    }
}
