using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;
using EphemeralDebug.Debugging.Systems;

namespace EphemeralDebug.Debugging;

/// <summary>Turns a pod and what a user asked for into a plan. Pure: nothing is read, sent or remembered.</summary>
public static class ContainerPlanner
{
    private const string VolumeMounts = "volumeMounts";

    /// <summary>
    /// Plans an ephemeral container for the pod. What only the server can refuse is planned, as kubectl does it;
    /// <see cref="FindProblems"/> tells beforehand.
    /// </summary>
    /// <param name="pod">The pod as the server returned it.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="names">Where a name comes from when none was asked.</param>
    /// <param name="system">What the pod's node runs; null for what the pod says, or else Linux.</param>
    /// <exception cref="PlanException">What was asked makes no sense in itself or with this pod.</exception>
    /// <exception cref="ArgumentException">The pod has no name or namespace.</exception>
    public static ContainerPlan Plan(JsonObject pod, ContainerOptions options, INameSource names, NodeSystem? system = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(names);
        var containers = PodContainers.Read(pod);
        system ??= NodeSystems.OfPod(pod) ?? NodeSystem.Linux;
        options = SystemDefaults.Apply(options, system);

        PlanChecks.CheckImage(options.Image);
        PlanChecks.CheckTerminal(options.Stdin, options.Tty);
        string name = ContainerName.Choose(options.Name, containers, names);
        List<string> warnings = [];
        JsonObject container = Describe(pod, options, name, warnings);
        ApplySecurity(pod, options, system, container);
        if (RunAs.WarnOfUselessPowers(pod, container) is { } useless)
        {
            warnings.Add(useless);
        }

        return new ContainerPlan
        {
            Namespace = containers.Namespace,
            Pod = containers.Pod,
            Name = name,
            Image = options.Image!,
            Target = string.IsNullOrEmpty(options.Target) ? null : options.Target,
            Profile = options.Profile!.Value,
            System = system,
            Warnings = warnings,
            Container = ContainerJson.Sort(container)!.AsObject(),
            Existing = containers.EphemeralContainers,
            NeedsSecurityContext = options.NeedsSecurityContext,
        };
    }

    /// <summary>
    /// What the server would refuse (422) of a plan that can be sent, and what would never start: a target that the pod
    /// does not have, fields that an ephemeral container or one on Windows cannot have, root where it is forbidden.
    /// Empty when nothing is known to be wrong.
    /// </summary>
    public static IReadOnlyList<PlanProblem> FindProblems(JsonObject pod, ContainerPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var containers = PodContainers.Read(pod);
        List<PlanProblem> problems = [];
        if (plan.Target is { } target && !containers.IsTarget(target))
        {
            problems.Add(new PlanProblem(
                PlanErrorCode.TargetNotFound,
                nameof(ContainerOptions.Target),
                $"Pod {plan.Namespace}/{plan.Pod} has no container \"{target}\" to target.",
                $"Choose one of {string.Join(", ", containers.Containers.Concat(containers.InitContainers))}."));
        }

        problems.AddRange(FindRefusedFields(plan.Container).Select(static field => new PlanProblem(
            PlanErrorCode.UnsupportedField,
            nameof(ContainerOptions.CustomProfile),
            $"{field} cannot be set for an ephemeral container.",
            "Take it out of the custom profile.")));
        if (plan.System.IsWindows)
        {
            problems.AddRange(WindowsRules.FindProblems(plan));
        }
        else if (RunAs.FindConflict(pod, plan) is { } conflict)
        {
            problems.Add(conflict);
        }

        return problems;
    }

    /// <summary>The plan, when nothing is known to be wrong with it.</summary>
    /// <exception cref="PlanException">It cannot be made, or <see cref="FindProblems"/> finds one.</exception>
    internal static ContainerPlan PlanOrThrow(JsonObject pod, ContainerOptions options, INameSource names, NodeSystem system)
    {
        ContainerPlan plan = Plan(pod, options, names, system);
        return FindProblems(pod, plan) is [PlanProblem problem, ..] ? throw new PlanException(problem) : plan;
    }

    /// <summary>A named user or group is stronger than a custom profile, which is stronger than a profile and the target's user.</summary>
    private static void ApplySecurity(JsonObject pod, ContainerOptions options, NodeSystem system, JsonObject container)
    {
        SecurityProfile.Apply(options.Profile!.Value, container, system);
        if (options.RunAsTarget)
        {
            RunAs.ApplyTarget(pod, options.Target, container);
        }

        if (options.CustomProfile is { } custom)
        {
            CustomProfile.Apply(custom, container);
        }

        RunAs.ApplyNamed(pod, options, container);
    }

    /// <summary>The container before any profile, with the fields that kubectl sends.</summary>
    private static JsonObject Describe(JsonObject pod, ContainerOptions options, string name, ICollection<string> warnings)
    {
        bool copies = options.CopyVolumeMounts || options.CopyEnvironment;
        JsonObject? source = copies ? SourceContainer.Find(pod, options.Target) : null;
        JsonObject? variables = options.CopyEnvironment ? source : null;
        JsonObject container = new()
        {
            ["name"] = name,
            ["image"] = options.Image,
            ["imagePullPolicy"] = options.PullPolicy?.ToString() ?? "",
            ["command"] = List(options.Command),
            ["args"] = List(options.Arguments),
            ["env"] = ContainerEnvironment.ToJson(
                options.Environment, variables is null ? null : ContainerEnvironment.CopyOf(variables)),
            ["envFrom"] = variables?["envFrom"]?.DeepClone(),
            ["volumeMounts"] = options.CopyVolumeMounts && source is not null ? VolumeMountCopy.Of(source, warnings) : null,
            ["resources"] = new JsonObject(),
            ["stdin"] = options.Stdin,
            ["tty"] = options.Tty,
            ["terminationMessagePolicy"] = "File",
            ["targetContainerName"] = options.Target ?? "",
        };
        ContainerJson.RemoveUnset(container);
        foreach (string field in (string[])["envFrom", VolumeMounts])
        {
            if (container[field] is null)
            {
                container.Remove(field);
            }
        }

        return container;
    }

    private static JsonArray List(IReadOnlyList<string> items) => new([.. items.Select(static item => (JsonNode)item)]);

    private static IEnumerable<string> FindRefusedFields(JsonObject container)
    {
        foreach ((string name, JsonNode? value) in container)
        {
            if (!ContainerJson.IsEmpty(value) && !ContainerFields.IsAllowedInEphemeralContainer(name))
            {
                yield return name;
            }
        }

        var mounts = container[VolumeMounts] as JsonArray ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            foreach (string field in (string[])["subPath", "subPathExpr"])
            {
                if (!ContainerJson.IsEmpty(mounts[i]?[field]))
                {
                    yield return $"{VolumeMounts}[{i}].{field}";
                }
            }
        }
    }
}
