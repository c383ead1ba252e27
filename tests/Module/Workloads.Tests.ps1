BeforeAll {
    . $PSScriptRoot/common.ps1
    $module = Get-Module EphemeralDebug
    $null = Connect-EphemeralCluster $KubeConfig
    $null = New-EphemeralContainer web busybox -Name there

    function New-Workload([string] $Kind = 'Deployment', [hashtable] $Labels = @{ app = 'web' }) {
        @{ apiVersion = 'apps/v1'; kind = $Kind; metadata = @{ name = 'front'; namespace = 'default' }; spec = @{ selector = @{ matchLabels = $Labels } } }
    }
}

Describe 'Pods as input' {
    It 'may be a workload as an object, in a list, as JSON and as YAML' {
        $json = New-Workload | ConvertTo-Json -Depth 9
        $inputs = @{
            Hashtable = New-Workload
            Object = $json | ConvertFrom-Json
            Json = $json
            OneLine = New-Workload | ConvertTo-Json -Depth 9 -Compress
            List = @{ kind = 'List'; items = @(New-Workload) } | ConvertTo-Json -Depth 9 | ConvertFrom-Json
            ListText = @{ kind = 'List'; items = @(New-Workload) } | ConvertTo-Json -Depth 9
            Yaml = "apiVersion: apps/v1`nkind: Deployment`nmetadata:`n  name: front`nspec:`n  selector:`n    matchLabels:`n      app: web`n"
        }
        foreach ($case in $inputs.Keys) {
            ($inputs[$case] | Get-EphemeralContainer -Name there).Pod | Should -Be 'web' -Because $case
            (Get-EphemeralContainer $inputs[$case] there).Pod | Should -Be 'web' -Because "$case as an argument"
        }
    }

    It 'may be the lines that kubectl writes' {
        $lines = (New-Workload | ConvertTo-Json -Depth 9) -split '\r?\n'
        ($lines | Get-EphemeralContainer -Name there).Pod | Should -Be 'web'
        ($lines | Wait-EphemeralContainer -Name there).Pod | Should -Be 'web'
        "apiVersion: v1`nkind: Service`nmetadata:`n  name: front`nspec:`n  selector:`n    app: web`nstatus:`n  loadBalancer: {}" -split "`n" |
            ConvertTo-EphemeralManifest | Should -Match 'name: there'
        $failure = Get-Failure { 'kind: Deployment', '  - broken: [' | Get-EphemeralContainer @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidPod,*'
    }

    It 'are all of a workload for what looks, and one for what adds' {
        $everything = New-Workload -Labels @{ run = 'all' }
        $everything.spec.selector = @{ matchExpressions = @(@{ key = 'app'; operator = 'In'; values = 'web', 'api' }) }
        $null = New-EphemeralContainer api busybox -Name there
        (Get-EphemeralContainer $everything there).Pod | Sort-Object | Should -Be 'api', 'web'
        @(New-EphemeralContainer $everything busybox) | Should -HaveCount 1
        (New-EphemeralContainer $everything busybox -AllPods).Pod | Sort-Object | Should -Be 'api', 'web'
        @(Import-EphemeralManifest -InputObject @{ name = 'imported'; image = 'busybox' } -Pod $everything) | Should -HaveCount 1
        (Import-EphemeralManifest -InputObject @{ name = 'imported-2'; image = 'busybox' } -Pod $everything -AllPods).Pod | Sort-Object | Should -Be 'api', 'web'
    }

    It 'may be labels' {
        (New-EphemeralContainer -Selector 'app in (web,api)' busybox).Pod | Sort-Object | Should -Be 'api', 'web'
        (Wait-EphemeralContainer -Selector app=web there).Pod | Should -Be 'web'
        (Get-EphemeralContainer -Selector app=web -Name there).Pod | Should -Be 'web'
    }

    It 'names the workload that has no pods, as the input that it was' {
        $failure = Get-Failure { 'web', (New-Workload -Labels @{ app = 'none' }) | Get-EphemeralContainer @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NoPods,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject.kind | Should -Be 'Deployment'
        (Get-Failure { New-EphemeralContainer -Selector app=none busybox @args }).TargetObject | Should -Be 'app=none'
    }

    It 'are none for an object of kind <_>' -ForEach 'Node', 'CronJob', 'ConfigMap' {
        $failure = Get-Failure { New-Workload $_ | Get-EphemeralContainer @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidPod,*'
        $failure.Exception.Message | Should -Match $_
    }

    It 'are asked for when a workload is named' {
        $failure = Get-Failure { Get-EphemeralContainer deployment/no-such-workload @args }
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 'deployment/no-such-workload'
    }

    It 'need a terminal for a workload as for a pod' {
        (Get-Failure { $null | Enter-EphemeralContainer -Selector app=web @args }).FullyQualifiedErrorId | Should -BeLike 'TerminalUnavailable,*'
    }
}
