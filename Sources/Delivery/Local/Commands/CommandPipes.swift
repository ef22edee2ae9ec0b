import CFileIdentity
import Foundation

/// The two pipes between a command and the keeper, and what is on its way in them.
struct CommandPipes {
    /// The command's ends.
    private(set) var commandInput: CInt = -1
    private(set) var commandOutput: CInt = -1
    private var input: CInt = -1
    private var outputPipe: CInt = -1
    private var pending: ArraySlice<UInt8> = []
    /// What the command has said, standard output and standard error.
    private(set) var output: [UInt8] = []

    init() throws(MailboxFailure) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .system("pipe") }
        (commandInput, input) = (ends[0], ends[1])
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            let failure = MailboxFailure.system("pipe")
            closeCommandsEnds()
            close()
            throw failure
        }
        (outputPipe, commandOutput) = (ends[0], ends[1])
        // Only the keeper's: the command's own ends are other open files.
        for descriptor in [input, outputPipe] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    mutating func closeCommandsEnds() {
        Self.close(&commandInput)
        Self.close(&commandOutput)
    }

    mutating func close() {
        Self.close(&input)
        Self.close(&outputPipe)
    }

    private static func close(_ descriptor: inout CInt) {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
    }

    var isOpen: Bool { input >= 0 || outputPipe >= 0 }

    var wantsInput: Bool { input >= 0 && pending.isEmpty }

    mutating func give(_ piece: [UInt8]) { pending = piece[...] }

    /// The command sees the end of the message.
    mutating func endInput() {
        Self.close(&input)
        pending = []
    }

    var polled: [pollfd] {
        [
            pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: outputPipe, events: Int16(POLLIN), revents: 0),
        ]
    }

    /// Writes and reads what poll(2) has found to be possible.
    mutating func move(_ polled: [pollfd], keeping limit: Int) {
        if polled[0].revents != 0, input >= 0 { write() }
        if polled[1].revents != 0, outputPipe >= 0 { read(limit) }
    }

    private mutating func write() {
        let count = pending.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
        if count > 0 {
            pending = pending.dropFirst(count)
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            // A command need not read to the end: its exit status says what it thinks of the mail.
            endInput()
        }
    }

    private mutating func read(_ limit: Int) {
        var bytes = [UInt8](repeating: 0, count: limit - output.count)
        let count = Foundation.read(outputPipe, &bytes, bytes.count)
        if count > 0 { output += bytes.prefix(count) }
        let isOver = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
        if isOver || output.count == limit { Self.close(&outputPipe) }
    }
}
