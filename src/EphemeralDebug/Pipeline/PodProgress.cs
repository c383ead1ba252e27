namespace EphemeralDebug.Pipeline;

/// <summary>How far the work on one of many pods is. Dispose it when that has ended.</summary>
internal sealed class PodProgress(PodsProgress pods) : IDisposable
{
    private bool _running;
    private bool _succeeded;

    /// <summary>The container runs what it is to run.</summary>
    public void Run()
    {
        _running = true;
        pods.Run();
    }

    /// <summary>What was to be done is done.</summary>
    public void Succeed() => _succeeded = true;

    public void Dispose() => pods.End(_running, _succeeded);
}
