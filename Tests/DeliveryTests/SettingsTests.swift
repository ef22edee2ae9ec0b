import MailQueue
import PostfixConfig
import Testing

@testable import Delivery

@Suite struct SettingsTests {
    @Test func `the queue's bounds are those of main.cf`() throws {
        let defaults = QueueSettings(try Configuration(directory: "/etc/postfix", values: [:]))
        #expect(defaults.activeLimit == 20_000)
        #expect(defaults.recipientLimit == 20_000)
        let settings = QueueSettings(
            try Configuration(
                directory: "/etc/postfix",
                values: ["qmgr_message_active_limit": "70", "qmgr_message_recipient_limit": "80"]))
        #expect(settings.activeLimit == 70)
        #expect(settings.recipientLimit == 80)
    }
}
