namespace EphemeralDebug.Terminal.Tests.Harness;

/// <summary>How long tests wait for what should happen at once before they fail.</summary>
internal static class Limits
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for a state of the system that nothing announces.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Step);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"In {Step.TotalSeconds} s it did not come to this: {what}.");
            await Task.Delay(s_retry, CancellationToken.None);
        }
    }
}
