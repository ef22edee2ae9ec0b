import Foundation
import Peers

/// The release build of Martlet on the same configuration as the Postfix beside it.
final class MartletServer {
    let directory: TemporaryDirectory
    let port: Int
    let process: ChildProcess

    init(program: String, mainCf: String, files: [String: String]) throws {
        directory = try TemporaryDirectory("mlt")
        port = try LoopbackPort.unused()
        let owner = getuid() == 0 ? "mail" : String(cString: getpwuid(getuid()).pointee.pw_name)
        _ = try directory.makeDirectory("spool")
        _ = try directory.makeDirectory("spool/private")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            queue_directory = \(directory.path)/spool
            data_directory = \(directory.path)/data
            maillog_file = \(directory.path)/log
            mail_owner = \(owner)
            inet_interfaces = 127.0.0.1
            myhostname = mx.example.test
            mydestination =
            mynetworks = 127.0.0.0/8
            \(mainCf)

            """)
        try directory.write("etc/master.cf", "127.0.0.1:\(port) inet n - n - - smtpd\n")
        for (name, text) in files { try directory.write("etc/\(name)", text) }
        process = try ChildProcess(
            [program, "serve", "-c", directory.appending("etc")], outputPath: directory.appending("out"))
        let port = port
        try process.waitUntil("greeting of Martlet") { (try? SocketStream(port: port).readReply()) != nil }
    }
}
