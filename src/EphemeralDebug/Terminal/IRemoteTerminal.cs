namespace EphemeralDebug.Terminal;

/// <summary>
/// The remote end of a terminal session. The three operations run at the same time as one another, but none of them
/// twice at once. Each must end soon after its token is canceled: the local terminal waits for that.
/// </summary>
internal interface IRemoteTerminal
{
    /// <summary>Sends typed bytes.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>Tells the remote end the size of the window.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask ResizeAsync(TerminalSize size, CancellationToken cancellationToken);

    /// <summary>Waits for output; 0 means that the remote end has ended by itself.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask<int> ReadAsync(Memory<byte> output, CancellationToken cancellationToken);
}
