BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Get-EphemeralContainer' {
    It 'gets nothing, and no error, from a pod without ephemeral containers' {
        $failures = $null
        Get-EphemeralContainer -Pod api -ErrorVariable failures | Should -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
    }

    It 'says that a pod is not there, and goes on with the others' {
        $null = New-EphemeralContainer web busybox -Name goes-on -Wait
        $failures = $null
        $found = 'missing', 'web' | Get-EphemeralContainer -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Name | Should -Contain 'goes-on'
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'PodNotFound,*'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be 'missing'
        $failures[0].ErrorDetails.RecommendedAction | Should -Match 'namespace'
    }

    It 'says that a named container is not there' {
        $failure = Get-Failure { Get-EphemeralContainer web nobody }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        $failure.TargetObject | Should -Be 'nobody'
    }

    It 'gets nothing for a pattern that matches nothing' {
        Get-EphemeralContainer web nobody* | Should -BeNullOrEmpty
    }

    It 'says that a namespace has no such pod' {
        $failure = Get-Failure { Get-EphemeralContainer nowhere/web }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PodNotFound,*'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'nowhere'
    }

    It 'lists a namespace and the whole cluster' {
        $null = New-EphemeralContainer web busybox -Name listed -Wait
        (Get-EphemeralContainer).Name | Should -Contain 'listed'
        (Get-EphemeralContainer -AllNamespaces).Name | Should -Contain 'listed'
        Get-EphemeralContainer -LabelSelector nobody=has-this | Should -BeNullOrEmpty
    }

    It 'binds <Case>' -ForEach @(
        @{ Case = 'a name'; Pod = { 'web' } }
        @{ Case = 'namespace/name'; Pod = { 'default/web' } }
        @{ Case = 'pod/name'; Pod = { 'pod/web' } }
        @{ Case = 'an object of kubectl'; Pod = { '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"}}' | ConvertFrom-Json } }
        @{ Case = 'a list of kubectl'; Pod = { '{"kind":"List","items":[{"kind":"Pod","metadata":{"name":"web","namespace":"default"}}]}' | ConvertFrom-Json } }
        @{ Case = 'an object with Pod and Namespace'; Pod = { [pscustomobject]@{ Pod = 'web'; Namespace = 'default' } } }
        @{ Case = 'a hashtable'; Pod = { @{ Name = 'web'; Namespace = 'default' } } }
    ) {
        $null = New-EphemeralContainer web busybox -Wait
        & $Pod | Get-EphemeralContainer | Select-Object -ExpandProperty Pod -Unique | Should -Be 'web'
        Get-EphemeralContainer -Pod (& $Pod) | Select-Object -ExpandProperty Pod -Unique | Should -Be 'web'
    }

    It 'gets of a record that is piped in the same container anew' {
        $container = New-EphemeralContainer web busybox -Name anew
        ($container | Get-EphemeralContainer).Name | Should -Be 'anew'
    }

    It 'shows <Columns> in a table' -ForEach @(@{ Columns = 'Pod Name State Image Target Age' }) {
        $null = New-EphemeralContainer web busybox -Name shown -Target app -Wait
        $lines = (Get-EphemeralContainer web shown | Out-String -Width 200).Trim() -split '\r?\n'
        ($lines[0] -replace '\e\[[\d;]*m' -split '\s+' | Where-Object { $_ }) -join ' ' | Should -Be $Columns
        $lines[-1] -replace '\e\[[\d;]*m' | Should -Match 'web\s+shown\s+Running\s+busybox\s+app\s+\d+s'
    }

    It 'shows what kubectl describe shows in a list' {
        $null = New-EphemeralContainer web busybox -Name described -Target app -Wait
        $text = Get-EphemeralContainer web described | Format-List | Out-String -Width 200
        foreach ($label in 'ContainerId', 'Image', 'ImageId', 'Target', 'Command', 'State', 'StartedAt', 'Environment') {
            $text | Should -Match $label
        }
    }
}
