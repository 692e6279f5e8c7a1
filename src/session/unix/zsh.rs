//! The loop of a session's zsh.
//!
//! A zsh that ends in its EXIT trap cannot be copied more than once, and what ends it ends its EXIT trap too. So most
//! of what ends a step is caught in the shell itself, which goes on as if nothing had been: a failure under `-e` by a
//! ZERR trap (called just where `-e` would end the shell), which makes all that encloses the command return; `exit`
//! by a function of that name, which raises an error that the loop's `always` takes away. What is left (`builtin
//! exit`, syntax errors, a failure in a file that the step sources) goes the way of the other shells: a copy answers,
//! and tells directory and environment to a fresh zsh.

/// What is run once, before the loop.
pub(super) const PRELUDE: &str = r"\builtin zmodload zsh/parameter zsh/system
\builtin typeset -gr __tutor_x=
exit() {
  __tutor_e=$?
  if (( ZSH_SUBSHELL != __tutor_d )); then \builtin exit ${1-$__tutor_e}; fi
  __tutor_s=$(( ${1-$__tutor_e} & 255 )) __tutor_k=stop
  \builtin unsetopt errexit
  { __tutor_x= } 2>/dev/null
}
";

/// The loop; see `loop_text` for its files and requests.
///
/// After a function has returned, ZERR is not called for it again; a function's own EXIT trap, which runs when it has
/// returned, makes zsh forget that. In a trap `zsh_eval_context` tells what encloses it.
pub(super) const LOOP: &str = r##"\builtin unsetopt errexit xtrace
__tutor_pid=${sysparams[pid]}
__tutor_d=$ZSH_SUBSHELL
__tutor_c="${(j: :)zsh_eval_context[*]} file"
while [[ x == x ]]; do
  \builtin unsetopt errexit xtrace
  if [[ -n $__tutor_k ]]; then \builtin print -r -- "$__tutor_k $__tutor_s $__tutor_pid" >|"@/r"; fi
  __tutor_k= __tutor_s=0 __tutor_m=
  IFS=' ' \builtin read -r __tutor_m <"@/q" || { \builtin trap - EXIT ZERR; \builtin exit 1 }
  case $__tutor_m in
  t) __tutor_k=trap; \builtin trap >|"@/traps"; continue ;;
  esac
  \builtin trap '{
    __tutor_e=$? __tutor_n=${"${(j: :)zsh_eval_context[*]}"#$__tutor_c}
    if (( ZSH_SUBSHELL == __tutor_d )) && [[ $__tutor_k == stop || -o errexit && $__tutor_n != *file* ]]; then
      [[ $__tutor_k == stop ]] || __tutor_s=$__tutor_e
      __tutor_k=stop
      \builtin unsetopt errexit xtrace
      \builtin setopt errreturn
      if [[ $__tutor_n == *shfunc* ]]; then \builtin trap : EXIT; fi
    fi
  } 2>/dev/null' ZERR
  \builtin trap '{
    __tutor_s=$?
    \builtin unsetopt xtrace
    # A syntax error leaves the status of what ran before it.
    if [[ $__tutor_k == end && $__tutor_s == 0 ]]; then __tutor_s=1; fi
  } 2>/dev/null
  __tutor_k=death; (. "@/loop") </dev/null >/dev/null 2>&1' EXIT
  __tutor_k=end
  case $__tutor_m in
  2) \builtin exec >|"@/o" 2>|"@/e" </dev/null ;;
  1) \builtin exec >|"@/o" 2>&1 </dev/null ;;
  4) \builtin exec >|"@/o" 2>|"@/e" <"@terminal" ;;
  3) \builtin exec >|"@/o" 2>&1 <"@terminal" ;;
  5) \builtin exec >|"@terminal" 2>&1 <"@terminal" ;;
  esac
  {
    \builtin setopt errexit
    . "@/step"
    { __tutor_e=$?; \builtin unsetopt xtrace } 2>/dev/null
    if [[ $__tutor_k == end ]]; then __tutor_s=$__tutor_e; fi
  } always {
    {
      TRY_BLOCK_ERROR=0
      \builtin unsetopt errexit xtrace
      if [[ $__tutor_k == stop ]]; then \builtin unsetopt errreturn; __tutor_k=end; fi
    } 2>/dev/null
  }
done
"##;
