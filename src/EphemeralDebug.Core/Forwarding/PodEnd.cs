using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Forwarding;

/// <summary>Finds out when a pod has ended or was deleted, however often the server goes away meanwhile.</summary>
internal sealed class PodEnd(ClusterSession session, PodResource pod)
{
    /// <summary>Until it is asked again, where the server is away or does not allow to watch.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private string Namespace => pod.Metadata!.Namespace!;

    private string Name => pod.Metadata!.Name!;

    /// <summary>Waits for the end of the pod and says how it came, in a sentence.</summary>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await WatchAsync(cancellationToken);
            }
            catch (KubernetesStatusException exception) when (exception.StatusCode is HttpStatusCode.NotFound)
            {
                return Deleted();
            }
            catch (EphemeralDebugException)
            {
                // The pod may go on without its server. What is wrong with that is told by the connections that need it.
                await Task.Delay(s_pause, session.Time, cancellationToken);
            }
        }
    }

    private async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        PodResource now = await session.Pods.GetAsync(Namespace, Name, cancellationToken);
        if (Judge(new PodChange(now, Deleted: false)) is { } end)
        {
            return end;
        }

        using PodSubscription changes = session.Watcher.Subscribe(Namespace, Name, now.Metadata?.ResourceVersion ?? "");
        while (true)
        {
            if (Judge(await changes.NextAsync(cancellationToken)) is { } reason)
            {
                return reason;
            }
        }
    }

    /// <summary>How the pod has ended, or null when it has not.</summary>
    private string? Judge(PodChange change)
    {
        if (change.Deleted)
        {
            return Deleted();
        }

        if (!string.Equals(change.Pod.Metadata?.Uid, pod.Metadata?.Uid, StringComparison.Ordinal))
        {
            return $"Pod '{Namespace}/{Name}' was deleted, and another has taken its name.";
        }

        return change.Pod.Status is { Phase: "Succeeded" or "Failed" } status ? Ended(status) : null;
    }

    private string Deleted() => $"Pod '{Namespace}/{Name}' was deleted.";

    private string Ended(PodStatus status)
    {
        string why = string.Join(": ", new[] { status.Phase, status.Reason, status.Message }.Where(static text => !string.IsNullOrEmpty(text)));
        return ControlCharacters.MakeVisible($"Pod '{Namespace}/{Name}' has ended ({why}).");
    }
}
