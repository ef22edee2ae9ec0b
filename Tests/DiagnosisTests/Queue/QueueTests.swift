import Foundation
import Peers
import Testing

@testable import Diagnosis

@Suite struct QueueDiskTests {
    @Test func aDiskWithoutRoomIsFound() async throws {
        // More than any disk has.
        try await TriedSetup("queue_minfree = 4000000000000000000").has(
            QueueDisk.self, .error, about: "DIR/spool", saying: "the queue's disk is full",
            "answered with 452", "queue_minfree")
        try await TriedSetup("queue_minfree = 1000000").hasNo(QueueDisk.self)
    }

    @Test func aDirectoryThatIsNotThereIsFound() async throws {
        try await TriedSetup("queue_directory = DIR/gone").has(
            QueueDisk.self, .error, about: "DIR/gone", saying: "is not there", "install -d")
    }

    @Test func aQueueOfSomebodyElseIsFound() async throws {
        let setup = try TriedSetup("mail_owner = nobody")
        try await setup.hasNo(QueueDisk.self)
        _ = try setup.directory.makeDirectory("spool/martlet", mode: 0o700)
        try await setup.has(
            QueueDisk.self, .error, about: "DIR/spool/martlet", saying: "may not write its own queue",
            "chown -R nobody: DIR/spool/martlet")
        let own = try TriedSetup()
        _ = try own.directory.makeDirectory("spool/martlet", mode: 0o700)
        try await own.hasNo(QueueDisk.self)
    }

    @Test func aQueueInMemoryIsWarnedOf() async throws {
        let memory = "/dev/shm"
        try await TriedSetup("queue_directory = \(memory)").has(
            VolatileQueue.self, .warning, saying: "lies in memory", "tmpfs")
        try await TriedSetup("queue_directory = /usr").hasNo(VolatileQueue.self)
    }

    @Test func mailboxesInMemoryAreWarnedOf() async throws {
        let main = "queue_directory = /usr\nvirtual_mailbox_domains = example.org\nvirtual_mailbox_base = /dev/shm\n"
        try await TriedSetup(main + "virtual_transport = virtual\n").has(
            VolatileQueue.self, .warning, about: "/dev/shm", saying: "the mailboxes lie in memory")
        // Somebody else writes them.
        try await TriedSetup(main + "virtual_transport = lmtp:unix:private/dovecot-lmtp\n").hasNo(
            VolatileQueue.self)
    }
}
