using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging;

/// <summary>Shows what a plan would do by a dry run, in which the server judges it and changes nothing.</summary>
internal sealed class ContainerPreviewer(ContainerCreator creator)
{
    /// <summary>The preview, and the error that the server would give, if it would refuse.</summary>
    public async Task<(ContainerPreview Preview, EphemeralDebugException? Refusal)> PreviewAsync(
        ContainerPlan plan, CancellationToken cancellationToken)
    {
        using var warnings = ServerWarnings.Collect();
        EphemeralDebugException? refusal = null;
        try
        {
            await creator.TryAsync(plan, cancellationToken);
        }
        catch (KubernetesStatusException exception)
        {
            refusal = exception;
        }

        var preview = new ContainerPreview
        {
            Namespace = plan.Namespace,
            Pod = plan.Pod,
            Name = plan.Name,
            Image = plan.Image,
            Target = plan.Target,
            Profile = plan.Profile,
            ProfileReason = plan.ProfileReason,
            Path = plan.Path,
            Patch = ControlCharacters.MakeVisible(ContainerJson.ToText(plan.ToStrategicMergePatch())),
            Warnings = [.. plan.Warnings, .. warnings.Texts],
            Error = refusal?.Message,
        };
        return (preview, refusal);
    }
}
