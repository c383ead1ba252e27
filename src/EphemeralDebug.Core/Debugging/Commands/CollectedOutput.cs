namespace EphemeralDebug.Debugging.Commands;

/// <summary>Keeps the output of a command, up to a limit.</summary>
/// <param name="limit">The most of output and error output together, in bytes.</param>
internal sealed class CollectedOutput(long limit) : ICommandOutput, IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();

    public byte[] Output => _output.ToArray();

    public byte[] ErrorOutput => _errors.ToArray();

    public string[] OutputLines => Lines(_output);

    public string[] ErrorOutputLines => Lines(_errors);

    /// <summary>Keeps a part of the output.</summary>
    /// <exception cref="OutputLimitException">There is more than the limit; what fits in is kept.</exception>
    public ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        int room = (int)Math.Min(data.Length, limit - _output.Length - _errors.Length);
        (isError ? _errors : _output).Write(data.Span[..room]);
        return room == data.Length ? ValueTask.CompletedTask : throw new OutputLimitException();
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private static string[] Lines(MemoryStream bytes)
    {
        var splitter = new LineSplitter();
        IReadOnlyList<string> lines = splitter.Take(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        return [.. lines, .. splitter.Complete()];
    }
}
