#!/bin/sh
# The README's tour against a running demonstration, from the first request to the report:
#   docs/tour.sh http://127.0.0.1:8080 <password of the demonstration's people>
# Ends with a code other than 0 at the first step that does not answer as it should.
set -eu
CS=${1:?the address of Countersign}
PW=${2:?the password it printed at its start}
V=${3:-2.0}
OUT=${4:-.}
export CS PW V

# as <person> <curl's arguments>: the person's own name and password, as a signature needs them.
as() { who=$1; shift; curl -sS --fail-with-body -u "$who:$PW" "$@"; }
json() { who=$1; path=$2; shift 2; as "$who" -H 'Content-Type: application/json' -X POST "$CS/api/v1$path" -d "$@"; }
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
say() { printf '\n== %s\n' "$*"; }

say 'A new version of the scorer, trained on data that is approved'
json ada /models/credit.scorer/versions '{
  "version": "'"$V"'",
  "artifactDigest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  "codeCommit": "5f2c9d1",
  "trainingDatasets": ["credit.applications@1.0"],
  "modelCard": {
    "modelDetails": "Trees", "intendedUse": "Support", "factors": "Sex", "metrics": "AUC",
    "evaluationData": "A fifth", "trainingData": "Reweighed", "quantitativeAnalyses": "Below",
    "ethicalConsiderations": "A loan", "caveatsAndRecommendations": "Assess yearly"}}'

say 'Sign-off before it was assessed: refused, with what is missing'
refused=$(json ada "/reviews/model-version:credit.scorer@$V/request" '{"comment": "Now, please."}') && exit 1
echo "$refused"
echo "$refused" | grep -q bias-assessed

say 'A prediction log, and the bias assessment of this very version'
awk 'BEGIN {
  print "sex,decision,repaid"
  for (i = 0; i < 2000; i++) {
    woman = i % 2
    print (woman ? "female" : "male") "," (int(i / 2) % 100 < (woman ? 58 : 60) ? "approved" : "declined") "," (i % 3 ? "yes" : "no")
  }
}' > "$OUT/predictions.csv"
started=$(as ada "$CS/api/v1/models/credit.scorer/versions/$V/assessments" \
  -F file=@"$OUT/predictions.csv" -F ruleSet=four-fifths -F datasetVersion=credit.applications@1.0 \
  -F 'mapping={"prediction": {"column": "decision", "reading": {"as": "classes", "positive": ["approved"], "negative": ["declined"]}, "positiveIsFavourable": true},
               "label": {"column": "repaid", "positive": ["yes"], "negative": ["no"]},
               "attributes": ["sex"], "missing": [], "unlisted": "refuse"}')
assessment=$(echo "$started" | field location)
after=$(echo "$started" | field after)
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  status=$(as ada "$CS$assessment?after=$after" | field status)
  [ "$status" = running ] || break
  sleep 2
done
echo "$assessment is $status"
[ "$status" = completed ]

say 'Sign-off again: now the request is taken'
after=$(json ada "/reviews/model-version:credit.scorer@$V/request" '{"comment": "Assessed."}' | field after)

say 'Two signatures, each with the digest of what the signer was shown'
manifest=$(as vera "$CS/api/v1/reviews/model-version:credit.scorer@$V?after=$after" |
  grep -o '"manifest" *: *"[0-9a-f]*"' | head -n 1 | field manifest)
json vera "/reviews/model-version:credit.scorer@$V/signatures" \
  '{"manifest": "'"$manifest"'", "role": "validator", "verdict": "approve"}'
after=$(json carl "/reviews/model-version:credit.scorer@$V/signatures" \
  '{"manifest": "'"$manifest"'", "role": "compliance-officer", "verdict": "approve"}' | field after)

say 'Who did what, newest first'
as otto "$CS/api/v1/events?after=$after&limit=5"

say 'The report'
as otto -o "$OUT/report.pdf" "$CS/api/v1/models/credit.scorer/versions/$V/report?format=pdf"
head -c 5 "$OUT/report.pdf" | grep -q %PDF-
echo "written to $OUT/report.pdf"

say 'Proof: everything about the version, verified offline'
as otto -o "$OUT/bundle.zip" "$CS/api/v1/ledger/bundle?subject=model-version:credit.scorer@$V"
python3 "$(dirname "$0")/verifier/verify.py" "$OUT/bundle.zip"
