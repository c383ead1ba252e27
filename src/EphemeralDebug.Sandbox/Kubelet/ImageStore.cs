using EphemeralDebug.Sandbox.Images;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The images on the node.</summary>
internal sealed class ImageStore
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly KubeletOptions _options;
    private readonly TimeProvider _time;

    public ImageStore(KubeletOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        foreach (string name in options.PresentImages)
        {
            if (ImageReference.Parse(name, out _) is { } reference)
            {
                _present.Add(reference.FullName);
            }
        }
    }

    public bool Has(ImageReference reference)
    {
        lock (_gate)
        {
            return _present.Contains(reference.FullName);
        }
    }

    /// <summary>Pulls an image by its name as the pod gives it; the error when there is none, else null.</summary>
    public async Task<string?> PullAsync(string name, ImageReference reference, CancellationToken cancellation)
    {
        if (!Has(reference))
        {
            await Task.Delay(_options.PullDelays.GetValueOrDefault(name, _options.PullDelay), _time, cancellation);
        }

        if (ImageCatalog.Find(reference) is null)
        {
            return $"rpc error: code = NotFound desc = failed to pull and unpack image \"{reference.FullName}\": failed to resolve image: {reference.FullName}: not found";
        }

        lock (_gate)
        {
            _present.Add(reference.FullName);
        }

        return null;
    }
}
