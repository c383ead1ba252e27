namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// An open file description, shared by every descriptor that was duplicated or inherited from it and closed with the
/// last of them.
/// </summary>
internal abstract class OpenFile
{
    private int _references = 1;

    /// <summary>The terminal behind this file, if it is one.</summary>
    public virtual Terminals.PseudoTerminal? Terminal => null;

    /// <summary>How <c>/proc/self/fd</c> names it.</summary>
    public virtual string Description => "anon_inode:[file]";

    /// <summary>Reads what is there, at least one byte; 0 at the end.</summary>
    public virtual ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        throw new SystemCallException(Errno.BadFileDescriptor);

    /// <summary>Writes everything.</summary>
    public virtual ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        throw new SystemCallException(Errno.BadFileDescriptor);

    /// <summary>Counts one more descriptor of this file.</summary>
    public OpenFile Share()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    /// <summary>Gives one descriptor up.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Close();
        }
    }

    protected virtual void Close()
    {
    }
}
