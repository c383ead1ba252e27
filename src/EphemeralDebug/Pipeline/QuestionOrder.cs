namespace EphemeralDebug.Pipeline;

/// <summary>Whether to go on is asked in the order of the input, however many pods are worked on at once.</summary>
internal sealed class QuestionOrder
{
    private Task _last = Task.CompletedTask;

    /// <summary>The turn of the next input. Call it in the order of the input.</summary>
    public QuestionTurn Next()
    {
        var asked = new TaskCompletionSource();
        var turn = new QuestionTurn(_last, asked);
        _last = asked.Task;
        return turn;
    }
}

/// <summary>When to ask about one input. Dispose it when it was asked, or never will be.</summary>
internal sealed class QuestionTurn(Task before, TaskCompletionSource asked) : IDisposable
{
    public static QuestionTurn Now => new(Task.CompletedTask, new TaskCompletionSource());

    /// <summary>Waits until everything before was asked.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => before.WaitAsync(cancellationToken);

    public void Dispose() => asked.TrySetResult();
}
