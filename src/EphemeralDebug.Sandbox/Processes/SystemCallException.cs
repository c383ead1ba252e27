namespace EphemeralDebug.Sandbox.Processes;

/// <summary>Why a simulated system call failed.</summary>
internal enum Errno
{
    NotPermitted,
    NoEntry,
    NoProcess,
    BadFileDescriptor,
    AccessDenied,
    Exists,
    NotADirectory,
    IsADirectory,
    NotATerminal,
    NoSpace,
    NotEmpty,
    TooManyLinks,
    ExecFormat,
    BrokenPipe,
    NoMemory,
    AddressInUse,
    ConnectionRefused,
}

/// <summary>A simulated system call failed. The message is the C library's text for the error.</summary>
internal class SystemCallException(Errno error) : Exception(Describe(error))
{
    public Errno Error { get; } = error;

    private static string Describe(Errno error) => error switch
    {
        Errno.NotPermitted => "Operation not permitted",
        Errno.NoEntry => "No such file or directory",
        Errno.NoProcess => "No such process",
        Errno.BadFileDescriptor => "Bad file descriptor",
        Errno.AccessDenied => "Permission denied",
        Errno.Exists => "File exists",
        Errno.NotADirectory => "Not a directory",
        Errno.IsADirectory => "Is a directory",
        Errno.NotATerminal => "Not a tty",
        Errno.NoSpace => "No space left on device",
        Errno.NotEmpty => "Directory not empty",
        Errno.TooManyLinks => "Too many levels of symbolic links",
        Errno.ExecFormat => "Exec format error",
        Errno.BrokenPipe => "Broken pipe",
        Errno.NoMemory => "Out of memory",
        Errno.AddressInUse => "Address already in use",
        Errno.ConnectionRefused => "Connection refused",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}

/// <summary>A write to a pipe that nobody reads. A process that does not ignore SIGPIPE dies of it.</summary>
internal sealed class BrokenPipeException() : SystemCallException(Errno.BrokenPipe);
