namespace EphemeralDebug.Debugging.Commands;

/// <summary>Hands on the lines of a command's output as they come. Nothing is kept but lines that have not ended.</summary>
/// <param name="container">Where the command runs.</param>
/// <param name="emit">Takes lines; the command waits until it has.</param>
internal sealed class StreamedLines(EphemeralContainer container, Func<IReadOnlyList<CommandOutputLine>, Task> emit) : ICommandOutput
{
    /// <summary>In characters; a command may never end its line.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly LineSplitter _output = new(LongestLine);
    private readonly LineSplitter _errors = new(LongestLine);

    public async ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await EmitAsync((isError ? _errors : _output).Take(data.Span), isError, cancellationToken);

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await EmitAsync(_output.Complete(), isError: false, cancellationToken);
        await EmitAsync(_errors.Complete(), isError: true, cancellationToken);
    }

    private Task EmitAsync(IReadOnlyList<string> lines, bool isError, CancellationToken cancellationToken) => lines.Count == 0
        ? Task.CompletedTask
        : emit([.. lines.Select(line => new CommandOutputLine(container, line, isError))]).WaitAsync(cancellationToken);
}
