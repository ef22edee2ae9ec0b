extension PostconfOptions {
    /// What a wrong option is answered with.
    static let usage = """
        usage: postconf [-c config_dir] [-C param_class] [-d (parameter defaults)] [-e (edit configuration)] \
        [-f (fold lines)] [-F (master.cf fields)] [-h (no names)] [-H (no values)] [-l (lock types)] \
        [-m (map types)] [-M (master.cf)] [-n (non-default parameters)] [-o name=value (override parameter value)] \
        [-p (main.cf, default)] [-P (master.cf parameters)] [-v (verbose)] [-x (expand parameter values)] \
        [-X (exclude)] [-# (comment-out)] [name...]
        """
}
