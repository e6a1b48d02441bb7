/** Scripts that complete `kubectl-domain`, called by that name, in each shell; they ask `kubectl-domain __complete`. */
export const shellScripts = {
  bash: `_kubectl_domain() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == :* || $line == _activeHelp_* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(kubectl-domain __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _kubectl_domain kubectl-domain`,
  zsh: `#compdef kubectl-domain
_kubectl_domain() {
  local -a found
  local line
  for line in "\${(@f)$(kubectl-domain __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ $line == :* || $line == _activeHelp_* ]] || found+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done
  _describe 'kubectl domain' found
}
compdef _kubectl_domain kubectl-domain`,
  fish: `complete -c kubectl-domain -f -a '(kubectl-domain __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null | string match -v ":*" | string match -v "_activeHelp_*")'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName kubectl-domain -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq "") { $words += "" }
  kubectl-domain __complete @words 2>$null | Where-Object { $_ -notlike ":*" -and $_ -notlike "_activeHelp_*" } | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($value, $value, "ParameterValue", $(if ($about) { $about } else { $value }))
  }
}`,
} as const;
