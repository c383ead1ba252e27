using System.Net;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>Finds the most useful profile that the server allows for a pod, by dry runs: nothing is changed.</summary>
internal sealed class ProfileChooser(ClusterSession session, ContainerCreator creator)
{
    /// <summary>The plan with the chosen profile, and why it was chosen.</summary>
    /// <exception cref="EphemeralDebugException">None is allowed, or what was asked does not fit the pod.</exception>
    public async Task<ContainerPlan> ChooseAsync(
        JsonObject pod, ContainerOptions options, NodeSystem system, CancellationToken cancellationToken)
    {
        ProfileCandidates profiles = ProfileCandidates.For(pod, options, system);
        options = options with { Name = ContainerName.Choose(options.Name, PodContainers.Read(pod), RandomNameSource.Instance) };
        string podNamespace = PodContainers.Read(pod).Namespace;
        NamespaceLevel level = await ReadLevelAsync(podNamespace, cancellationToken);
        var choice = new ProfileChoice(podNamespace, level, profiles);
        foreach (ProfileCandidate candidate in profiles.Candidates)
        {
            ContainerPlan plan = Plan(pod, options, candidate, system);
            try
            {
                await creator.TryAsync(plan, cancellationToken);
                return choice.Accept(plan, candidate);
            }
            catch (KubernetesStatusException refusal) when (IsDryRunUnsupported(refusal))
            {
                return choice.Guess(Plan(pod, options, level.Guess(profiles.Candidates), system), refusal);
            }
            catch (EphemeralDebugException refusal) when (IsRefusal(refusal))
            {
                choice.Refuse(plan, refusal);
            }
        }

        throw choice.Fail(PodContainers.Read(pod));
    }

    private static ContainerPlan Plan(JsonObject pod, ContainerOptions options, ProfileCandidate candidate, NodeSystem system)
    {
        ContainerPlan plan = ContainerPlanner.PlanOrThrow(pod, candidate.Apply(options), RandomNameSource.Instance, system);
        return candidate.Caveat is { } caveat ? plan with { Warnings = [.. plan.Warnings, caveat] } : plan;
    }

    /// <summary>Admission says no with 403 (PodSecurity), 400 (webhooks that name no code) or 422 (admission policies).</summary>
    /// <remarks>A server of the legacy form allows no security context at all.</remarks>
    private static bool IsRefusal(EphemeralDebugException exception) =>
        exception is KubernetesStatusException
        {
            StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity,
        }
        || exception.ErrorId is FeatureErrors.NoSecurityContextId;

    /// <summary>A webhook with side effects cannot be asked in a dry run (apiserver, <c>NewDryRunUnsupportedErr</c>).</summary>
    private static bool IsDryRunUnsupported(KubernetesStatusException exception) =>
        exception.StatusCode is HttpStatusCode.BadRequest
        && exception.Message.EndsWith("does not support dry run", StringComparison.Ordinal);

    private async Task<NamespaceLevel> ReadLevelAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return NamespaceLevel.Read(await session.Client.GetObjectAsync(
                $"api/v1/namespaces/{Uri.EscapeDataString(name)}", new ApiAction("get", "namespaces", Name: name), cancellationToken));
        }
        catch (KubernetesStatusException)
        {
            return NamespaceLevel.Unknown;
        }
    }
}
