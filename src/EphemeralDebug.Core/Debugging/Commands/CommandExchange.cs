using EphemeralDebug.Api;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging.Commands;

/// <summary>One run of a command over one stream: its input goes there, its output comes back, and then its exit code.</summary>
/// <param name="session">The cluster.</param>
/// <param name="container">Where it runs.</param>
/// <param name="command">What runs.</param>
/// <param name="id">The id that it carries, see <see cref="MarkedCommand"/>; null where it is run as it is.</param>
internal sealed class CommandExchange(ClusterSession session, EphemeralContainer container, RemoteCommand command, string? id)
{
    private const int BufferBytes = 32 * 1024;

    private readonly EndMarkFilter? _end = id is null ? null : new EndMarkFilter(MarkedCommand.EndMark(id));

    /// <summary>Runs the command to its end and returns its exit code.</summary>
    /// <exception cref="EphemeralDebugException">It could not be started, or the connection was lost.</exception>
    /// <exception cref="OutputLimitException">It wrote more than the output takes.</exception>
    public async Task<long> RunAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        await using Stream? input = OpenInput();
        StreamRequest request = CreateRequest();
        await using RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, cancellationToken);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = input is null ? Task.CompletedTask : SendAsync(stream, input, leaving.Token);
        Task reading = ReadAsync(stream, output, leaving.Token);
        try
        {
            await await Task.WhenAny(reading, FailureOf(sending, reading));
            await reading;
            await output.CompleteAsync(cancellationToken);
            return ReadExitCode(stream, request);
        }
        finally
        {
            // A command may end before it has read all, and a failure on one side ends the other.
            await leaving.CancelAsync();
            await Task.WhenAll(sending, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private StreamRequest CreateRequest()
    {
        IReadOnlyList<string> plain = command.For(container);
        return new StreamRequest(container.Namespace, container.Pod, container.Name)
        {
            Command = id is null ? plain : MarkedCommand.Command(id, plain),
            Input = command.OpenInput is not null,
        };
    }

    private Stream? OpenInput()
    {
        try
        {
            return command.OpenInput?.Invoke();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandErrors.InputFailed(container, exception);
        }
    }

    /// <summary>
    /// Fails when sending does, and else goes on with the other task. What is said about a lost connection is what the
    /// reader finds: a command that ends before it has read all ends the connection too.
    /// </summary>
    private static async Task FailureOf(Task sending, Task reading)
    {
        try
        {
            await sending;
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId)
        {
            // The reader finds out what became of it.
        }

        await reading;
    }

    private async Task SendAsync(RemoteStream stream, Stream input, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await ReadInputAsync(input, buffer, cancellationToken) is > 0 and var count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        await stream.CloseInputAsync(cancellationToken);
    }

    private async Task<int> ReadInputAsync(Stream input, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await input.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            throw CommandErrors.InputFailed(container, exception);
        }
    }

    private async Task ReadAsync(RemoteStream stream, ICommandOutput output, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancellationToken) is { Data.IsEmpty: false } read)
        {
            bool isError = read.Channel is StreamChannel.ErrorOutput;
            ReadOnlyMemory<byte> data = isError && _end is not null ? _end.Take(read.Data) : read.Data;
            if (!data.IsEmpty)
            {
                await output.WriteAsync(isError, data, cancellationToken);
            }
        }

        if (_end?.Complete() is { IsEmpty: false } held)
        {
            await output.WriteAsync(isError: true, held, cancellationToken);
        }
    }

    private long ReadExitCode(RemoteStream stream, StreamRequest request)
    {
        ExitStatus status = stream.Status!;
        if (status.ExitCode is not { } code)
        {
            throw stream.HasOutput ? StreamErrors.Lost(request, status.Message) : CommandErrors.NotStarted(container, status);
        }

        return code is 0 && _end is { IsDone: false } ? throw StreamErrors.Lost(request, "the node ended it") : code;
    }
}
